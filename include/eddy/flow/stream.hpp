// SPDX-License-Identifier: MIT
#pragma once

#include <eddy/flow/async_generator.hpp>
#include <eddy/flow/retry.hpp>
#include <eddy/flow/stream/accumulate.hpp>
#include <eddy/flow/stream/async_iterable.hpp>
#include <eddy/flow/stream/buffer.hpp>
#include <eddy/flow/stream/errors.hpp>
#include <eddy/flow/stream/fan_out.hpp>
#include <eddy/flow/stream/join.hpp>
#include <eddy/flow/stream/map_async.hpp>
#include <eddy/flow/stream/sinks.hpp>
#include <eddy/flow/stream/sources.hpp>
#include <eddy/flow/stream/take.hpp>
#include <eddy/flow/stream/timed.hpp>
#include <eddy/flow/stream/transform.hpp>
