// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <cstddef>
#include <functional>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <type_traits>
#include <utility>

#include <eddy/core/run.hpp>
#include <eddy/core/task.hpp>
#include <eddy/io/byte_stream.hpp>

namespace eddy::detail {

/// Any byte stream, for checks that are compiled once.
class stream_end {
 public:
  stream_end() = default;
  stream_end(const stream_end&) = delete;
  stream_end& operator=(const stream_end&) = delete;
  virtual ~stream_end() = default;
  virtual task<std::size_t> read_some(std::span<std::byte> into) = 0;
  virtual task<> write_all(std::span<const std::byte> bytes) = 0;
  virtual task<> shutdown() = 0;
  /// False: it has no reset.
  virtual bool reset() = 0;
};

template <byte_stream S>
class stream_end_of final : public stream_end {
 public:
  explicit stream_end_of(S&& stream) : stream_(std::move(stream)) {}
  task<std::size_t> read_some(std::span<std::byte> into) override {
    co_return co_await stream_.read_some(into);
  }
  task<> write_all(std::span<const std::byte> bytes) override { co_await stream_.write_all(bytes); }
  task<> shutdown() override { co_await stream_.shutdown(); }
  bool reset() override {
    if constexpr (requires { stream_.reset(); }) {
      stream_.reset();
      return true;
    } else {
      return false;
    }
  }

 private:
  S stream_;
};

/// More than the buffers on the way of any stream hold.
inline constexpr std::size_t too_much_for_any = 16 << 20;

struct stream_ends {
  std::unique_ptr<stream_end> a;
  std::unique_ptr<stream_end> b;
  std::size_t too_much = too_much_for_any;  ///< for this one
};

template <class Connect>
task<stream_ends> erase_ends(Connect connect) {
  auto [a, b] = co_await connect();
  co_return stream_ends{std::make_unique<stream_end_of<decltype(a)>>(std::move(a)),
                        std::make_unique<stream_end_of<decltype(b)>>(std::move(b))};
}

void register_stream_tests(const std::string& suite,
                           const std::function<task<stream_ends>()>& connect,
                           std::initializer_list<backend_kind> backends);
void register_shuffled_stream_tests(const std::string& suite,
                                    const std::function<task<stream_ends>()>& connect);

}  // namespace eddy::detail

namespace eddy::testing {

/// Registers the tests that every byte stream passes, under the suite `name`, once for each of
/// `backends`; `backend_kind::sim` is the virtual clock. `connect`, which is copied, makes two
/// connected ends: a task of a `std::pair` or another aggregate of two streams, of one type or two.
/// A direction holds 16 bytes at least that nobody has read yet.
///
/// Call it before `main`: it gives true, for a constant to initialise.
/// `const bool checked = testing::register_stream_suite("memory_stream", connect,
/// {backend_kind::sim});`
///
/// They check that bytes arrive whole and in order, through partial reads and back-pressure, both
/// ways at once; the end after a shutdown, half-closed streams, and ends that go; empty spans; that
/// a second reader or writer is refused; a reset, where the class has one; and cancelling: before
/// the start, while suspended and while completing, with nothing lost, and use after it.
template <class Connect>
bool register_stream_suite(const std::string& name, Connect connect,
                           std::initializer_list<backend_kind> backends) {
  eddy::detail::register_stream_tests(
      name, [connect] { return eddy::detail::erase_ends(connect); }, backends);
  return true;
}

/// The same under the virtual clock with fifty seeds each, as EDDY_SHUFFLED_TEST has them: for a
/// `connect` that makes something of `seed()`, such as a bad network. `too_much` bytes are more
/// than a direction holds that nobody has read; what moves them a few at a time wants it small.
template <class Connect>
bool register_shuffled_stream_suite(const std::string& name, Connect connect,
                                    std::size_t too_much = eddy::detail::too_much_for_any) {
  eddy::detail::register_shuffled_stream_tests(name, [=]() -> task<eddy::detail::stream_ends> {
    auto ends = co_await eddy::detail::erase_ends(connect);
    ends.too_much = too_much;
    co_return ends;
  });
  return true;
}

}  // namespace eddy::testing
