// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <eddy/http/parser.hpp>
#include <http/message/framing.hpp>
#include <http/message/grammar.hpp>
#include <http/message/line_buffer.hpp>
#include <http/message/plain_head.hpp>

namespace eddy::http::detail {

enum class message_kind : unsigned char { request, response };

/// The state machine behind both parsers: gathers lines, keeps the limits, follows the framing.
///
///   start_line -> fields -> body ---------------------------------> done
///        ^          |        chunk_line -> trailers --------------> done
///        +-interim--+          ^    |
///                              |    v
///                      chunk_end <- chunk_data
class message_engine {
 public:
  message_engine(message_kind kind, const parse_limits& limits) noexcept
      : kind_(kind), limits_(limits), max_body_(limits.max_body) {}
  message_engine(const message_engine&) = delete;
  message_engine& operator=(const message_engine&) = delete;
  virtual ~message_engine() = default;

  bool parse_head(std::string_view& input);
  std::string_view parse_body(std::string_view& input);
  void limit_body(std::uint64_t most);
  void finish();
  void reset();

  [[nodiscard]] bool started() const noexcept { return started_; }
  [[nodiscard]] bool done() const noexcept { return stage_ == stage::done; }
  [[nodiscard]] std::size_t interim() const noexcept { return interim_; }
  [[nodiscard]] const detail::framing& framing() const noexcept { return framing_; }

 protected:
  [[nodiscard]] virtual detail::grammar& grammar() noexcept = 0;

  /// Reads a head as `detail::read_plain` does.
  virtual std::optional<plain_head> read_plain(std::string_view input, std::size_t max_fields) = 0;

  /// Decides what the head, now complete, means; none for an interim response.
  virtual std::optional<detail::framing> frame_head(
      std::optional<std::uint64_t> content_length) = 0;

 private:
  enum class stage : unsigned char {
    start_line,
    fields,
    chunk_line,
    chunk_end,
    trailers,
    chunk_data,  // from here on, not lines
    body,
    done,
  };

  bool advance_head(std::string_view& input);
  bool take_plain_head(std::string_view& input);
  void take_start_line(std::string_view line);
  void take_field_line(std::string_view line);
  void finish_head(std::optional<std::uint64_t> content_length);
  void check_body_size() const;

  std::string_view advance_body(std::string_view& input);
  void take_chunk_framing(std::string_view line);
  void take_chunk_line(std::string_view line);
  void take_chunk_header();
  std::string_view take_body(std::string_view& input, std::uint64_t left);

  std::optional<std::string_view> next_line(std::string_view& input);
  [[nodiscard]] std::size_t line_limit() const noexcept;
  void count_field(std::string_view line);
  [[nodiscard]] protocol_fault line_fault() const noexcept;

  [[nodiscard]] std::string_view kind_name() const noexcept;
  [[nodiscard]] std::string place() const;
  [[nodiscard]] std::string field_place(std::string_view section, std::size_t offset) const;
  [[nodiscard]] std::string chunk_place() const;
  [[noreturn]] void refuse_long_line() const;
  [[noreturn]] void refuse_truncated() const;

  const message_kind kind_;
  const parse_limits limits_;
  std::uint64_t max_body_;  // of this message

  line_buffer lines_;
  stage stage_ = stage::start_line;
  bool started_ = false;
  std::size_t interim_ = 0;       // responses
  std::size_t header_bytes_ = 0;  // of complete lines, interim responses and trailers included
  std::size_t field_count_ = 0;   // trailers included
  detail::framing framing_;
  std::uint64_t body_bytes_ = 0;
  std::uint64_t chunk_left_ = 0;
  std::uint64_t chunk_count_ = 0;
  std::size_t chunk_overhead_ = 0;  // see max_chunk_overhead
  std::optional<protocol_error> failure_;
};

}  // namespace eddy::http::detail
