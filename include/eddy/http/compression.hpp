// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include <eddy/http/server.hpp>

namespace eddy::http {

/// What `compression` leaves alone.
struct compression_options {
  std::size_t min_size = 1024;  ///< smaller bodies go as they are, where the size is known
};

/// Compresses what handlers answer, by zstd, brotli or gzip: by what the client likes best, the
/// first of these where it likes several the same.
///
/// Text, JSON, XML, scripts and the like are compressed; images, archives, parts (206) and what is
/// in a coding already are not, nor what says `Cache-Control: no-transform`. A streamed body is
/// flushed piece by piece, so that an event arrives when it was sent. The ETag becomes a weak one.
///
/// Pages that hold a secret beside text of the client's own choosing give the secret away by their
/// size when they are compressed (the BREACH attack): answer those with `no-transform`.
///
/// Example: `server.use(http::compression())`
[[nodiscard]] middleware compression(compression_options options = {});

}  // namespace eddy::http
