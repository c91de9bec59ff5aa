// SPDX-License-Identifier: MIT
#include <eddy/http/static_files.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include <eddy/codec/percent.hpp>
#include <eddy/core/error.hpp>
#include <eddy/http/date.hpp>
#include <eddy/io/file.hpp>
#include <http/message/accept_encoding.hpp>
#include <http/message/media_types.hpp>
#include <http/server/conditional.hpp>
#include <http/server/directory_listing.hpp>

namespace eddy::http {
namespace {

using detail::byte_range;
using detail::validators;

constexpr std::size_t piece_size = std::size_t{64} * 1024;

/// What a request's path names below the root.
struct wanted {
  std::string path;
  bool directory;
};

// Nothing for a path that can name no file, or one that is not to be seen.
std::optional<wanted> parse_path(std::string_view encoded, bool hidden_files) {
  wanted found{.path = {}, .directory = encoded.empty() || encoded.ends_with('/')};
  while (!encoded.empty()) {
    const std::string_view next = encoded.substr(0, encoded.find('/'));
    encoded.remove_prefix(std::min(encoded.size(), next.size() + 1));
    const std::string segment = percent_decode(next);
    if (segment.empty() || segment == "." || segment == ".." ||
        segment.find_first_of(std::string_view("/\0", 2)) != segment.npos) {
      return std::nullopt;
    }
    if (segment.starts_with('.') && segment != ".well-known" && !hidden_files) return std::nullopt;
    if (!found.path.empty()) found.path += '/';
    found.path += segment;
  }
  return found;
}

// The part of the path that is looked up: what the route has left open.
std::string_view path_below(const server_request& request) {
  for (const auto& [name, value] : request.parameters) {
    if (name == "*") return value;
  }
  return std::string_view(request.path).substr(1);
}

// Where no route has sorted it out.
server_reply refuse(const server_request& request) {
  server_reply reply = server_reply::text(
      405, fmt::format("{} is not served at {}\n", request.head.method, request.path));
  reply.headers.set("Allow", "GET, HEAD");
  return reply;
}

server_reply not_found(const server_request& request) {
  return server_reply::text(404, fmt::format("nothing is served at {}\n", request.path));
}

// The same with a `/` at the end: relative, so that no path can make it lead to another host.
server_reply add_slash(const server_request& request) {
  const std::string_view path = request.path;
  std::string location = fmt::format("./{}/", path.substr(path.rfind('/') + 1));
  if (!request.query.empty()) location += "?" + request.query;
  return server_reply::redirect(location, 308);
}

validators validators_of(const file_status& status) {
  const auto since_epoch = status.modified.time_since_epoch();
  return {.etag = fmt::format("\"{:x}-{:x}\"", status.size,
                              std::chrono::nanoseconds(since_epoch).count()),
          .modified = std::chrono::floor<std::chrono::seconds>(status.modified)};
}

body_stream pieces_of(std::shared_ptr<file> source, byte_range range) {
  const auto buffer = std::make_unique_for_overwrite<char[]>(piece_size);
  for (std::uint64_t done = 0; done < range.size;) {
    const auto most =
        static_cast<std::size_t>(std::min<std::uint64_t>(range.size - done, piece_size));
    const std::size_t count =
        co_await source->read_at(range.first + done, std::span(buffer.get(), most));
    if (count == 0) {
      throw std::runtime_error(
          fmt::format("{} became shorter while it was being sent", source->path()));
    }
    done += count;
    co_yield std::string_view(buffer.get(), count);
  }
}

// What fits in one piece is read at once, and goes out in one piece with the head.
task<body> body_of(file source, byte_range range, bool head_only) {
  const auto shared = std::make_shared<file>(std::move(source));
  body made = body::stream([shared, range] { return pieces_of(shared, range); }, range.size);
  if (head_only || range.size > piece_size) co_return made;
  std::string text;
  auto pieces = made.open();
  while (const auto* piece = co_await pieces.next()) text += *piece;
  co_return text;
}

// The answer for a file that was found, its conditions and ranges considered.
task<server_reply> send(const server_request& request, server_reply reply, file source) {
  const headers& asked = request.head.headers;
  const file_status status = source.cached_status();
  const validators now = validators_of(status);
  reply.headers.set("ETag", now.etag);
  reply.headers.set("Last-Modified", format_date(now.modified));
  reply.headers.set("Accept-Ranges", "bytes");
  switch (detail::check_conditions(asked, now)) {
    case detail::precondition::holds:
      break;
    case detail::precondition::not_modified:
      reply.status = 304;
      reply.headers.erase("Content-Type");
      co_return reply;
    case detail::precondition::failed:
      co_return server_reply::text(412, "the file is not the one that was asked for\n");
  }
  byte_range range{.first = 0, .size = status.size};
  const auto wish = asked.get("Range");
  if (wish && request.head.method == "GET" && detail::range_is_for(asked, now)) {
    if (const auto part = detail::parse_range(*wish, status.size)) {
      if (part->size == 0) {
        reply.status = 416;
        reply.headers.set("Content-Range", fmt::format("bytes */{}", status.size));
        co_return reply;
      }
      range = *part;
      reply.status = 206;
      reply.headers.set("Content-Range", fmt::format("bytes {}-{}/{}", range.first,
                                                     range.first + range.size - 1, status.size));
    }
  }
  reply.body = co_await body_of(std::move(source), range, request.head.method == "HEAD");
  co_return reply;
}

/// Serves the files of one directory.
class file_server {
 public:
  file_server(std::string root, static_files_options options)
      : root_(std::move(root)), options_(std::move(options)) {}

  [[nodiscard]] task<server_reply> answer(const server_request& request) const {
    if (request.head.method != "GET" && request.head.method != "HEAD") co_return refuse(request);
    const auto asked = parse_path(path_below(request), options_.hidden_files);
    if (!asked) co_return not_found(request);
    try {
      co_return co_await answer_found(request, *asked);
    } catch (const io_error& error) {
      switch (error.code().value()) {
        case EISDIR:
          if (!asked->directory) co_return add_slash(request);
          [[fallthrough]];
        case ENOENT:
        case ENOTDIR:
        case EXDEV:  // outside of the root
        case ELOOP:
        case ENAMETOOLONG:
        case ENXIO:       // a socket
        case EOPNOTSUPP:  // a pipe
          co_return not_found(request);
        case EACCES:
        case EPERM:
          co_return server_reply::text(403, fmt::format("{} is not to be read\n", request.path));
        default:
          throw;
      }
    }
  }

 private:
  [[nodiscard]] task<server_reply> answer_found(const server_request& request,
                                                const wanted& asked) const {
    std::optional<server_reply> reply;
    if (!asked.directory) {
      reply = co_await answer_file(request, asked.path);
    } else if (!options_.index.empty()) {
      reply = co_await answer_file(
          request, asked.path.empty() ? options_.index : asked.path + "/" + options_.index);
    }
    if (reply) co_return *std::move(reply);
    if (asked.directory && options_.list_directories && co_await is_directory(asked.path)) {
      co_return co_await detail::list_directory(root_ + "/" + asked.path, request.path,
                                                options_.hidden_files);
    }
    co_return not_found(request);
  }

  // Nothing: there is no such file.
  [[nodiscard]] task<std::optional<server_reply>> answer_file(const server_request& request,
                                                              const std::string& path) const {
    server_reply reply;
    reply.headers.set("Content-Type", detail::media_type_of(path));
    reply.headers.set("X-Content-Type-Options", "nosniff");
    if (!options_.cache_control.empty()) reply.headers.set("Cache-Control", options_.cache_control);
    std::optional<file> found;
    if (options_.precompressed) {
      reply.headers.set("Vary", "Accept-Encoding");
      constexpr std::array<std::pair<std::string_view, std::string_view>, 2> codings{
          {{"br", ".br"}, {"gzip", ".gz"}}};
      for (const auto& [coding, ending] : codings) {
        if (detail::welcome_of(request.head.headers, coding) == 0) continue;
        found = co_await open_if_exists(path + std::string(ending));
        if (found) {
          reply.headers.set("Content-Encoding", coding);
          break;
        }
      }
    }
    if (!found) found = co_await open_if_exists(path);
    if (!found || !found->cached_status().is_regular()) co_return std::nullopt;
    co_return co_await send(request, std::move(reply), *std::move(found));
  }

  [[nodiscard]] task<std::optional<file>> open_if_exists(std::string path) const {
    try {
      co_return co_await file::open(std::move(path), {.beneath = root_});
    } catch (const io_error& error) {
      if (error.code().value() != ENOENT) throw;
      co_return std::nullopt;
    }
  }

  [[nodiscard]] task<bool> is_directory(std::string path) const {
    try {
      (void)co_await file::open(path.empty() ? "." : std::move(path), {.beneath = root_});
      co_return false;
    } catch (const io_error& error) {
      if (error.code().value() != EISDIR) throw;
      co_return true;
    }
  }

  std::string root_;
  static_files_options options_;
};

}  // namespace

handler static_files(std::string root, static_files_options options) {
  if (root.empty()) throw std::invalid_argument("static_files: the root is empty");
  const auto files = std::make_shared<const file_server>(std::move(root), std::move(options));
  return [files](server_request& request) { return files->answer(request); };
}

}  // namespace eddy::http
