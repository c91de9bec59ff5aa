#!/bin/sh
# SPDX-License-Identifier: MIT
# pkg_config.sh COMPILER LIBDIR
set -eu
export PKG_CONFIG_PATH="$2/pkgconfig"
# Unquoted on purpose: pkg-config prints several arguments.
"$1" "$(dirname "$0")/main.cpp" $(pkg-config --cflags --libs eddy-core) -Wl,-rpath,"$2" -o pkg_config_consumer
exec ./pkg_config_consumer
