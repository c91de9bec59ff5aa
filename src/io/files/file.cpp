// SPDX-License-Identifier: MIT
#include <eddy/io/file.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <stdexcept>

#include <fmt/format.h>

#include <eddy/core/loop.hpp>
#include <eddy/core/to_thread.hpp>

#include "file_calls.hpp"

namespace eddy {
namespace {

constexpr std::size_t unlimited = std::numeric_limits<std::size_t>::max();
constexpr std::size_t first_chunk = std::size_t{16} << 10;

[[noreturn]] void too_much(const detail::open_file& f, std::size_t limit) {
  throw std::length_error(fmt::format("read {}: more than {} bytes", f.path, limit));
}

/// Longer, without the zeros that would be written over at once.
void lengthen(std::string& text, std::size_t size) {
  text.resize_and_overwrite(size, [size](char*, std::size_t) { return size; });
}

/// Room for what is expected, which is the first read's.
std::string room_for(const detail::open_file& f, std::uint64_t expected, std::size_t limit) {
  if (expected > limit) too_much(f, limit);
  std::string whole;
  lengthen(whole, static_cast<std::size_t>(expected));
  return whole;
}

/// Goes on to the end with `whole`, of which `filled` bytes have been read.
task<> read_on(detail::open_file& f, std::string& whole, std::size_t filled, std::size_t limit) {
  const std::size_t most = limit == unlimited ? limit : limit + 1;
  for (;;) {
    if (filled == whole.size()) {
      lengthen(whole, std::min(std::max(2 * filled, first_chunk), most));
    }
    const std::size_t got =
        co_await detail::file_reading(f, whole.data() + filled, whole.size() - filled);
    if (got == 0) break;
    filled += got;
    if (filled > limit) too_much(f, limit);
  }
  whole.resize(filled);
}

struct statx status_of(const detail::open_file& f, int flags) {
  struct statx found{};
  if (::statx(f.fd.get(), "", AT_EMPTY_PATH | flags, STATX_BASIC_STATS, &found) < 0) {
    f.fail("stat", errno);
  }
  return found;
}

template <class Bytes>
task<> write_whole(std::string path, Bytes bytes) {
  file to = co_await file::open(std::move(path), {.read = false, .create = true, .truncate = true});
  co_await to.write_all(bytes);
}

}  // namespace

task<file> file::open(std::string path, open_options options) {
  detail::opening steps(std::move(path), options);
  if (!steps.open_cached()) co_await to_thread([&] { steps.open(); });
  steps.examine();
  co_return file(std::move(steps.file));
}

detail::file_reading file::read_some(std::span<std::byte> into) noexcept {
  return {file_, into.data(), into.size()};
}
detail::file_reading file::read_some(std::span<char> into) noexcept {
  return {file_, into.data(), into.size()};
}
detail::file_reading file::read_at(std::uint64_t offset, std::span<std::byte> into) noexcept {
  return {file_, into.data(), into.size(), offset};
}
detail::file_reading file::read_at(std::uint64_t offset, std::span<char> into) noexcept {
  return {file_, into.data(), into.size(), offset};
}
detail::file_writing file::write_all(std::span<const std::byte> bytes) noexcept {
  return {file_, bytes.data(), bytes.size()};
}
detail::file_writing file::write_all(std::string_view bytes) noexcept {
  return {file_, bytes.data(), bytes.size()};
}
detail::file_writing_some file::write_some(std::span<const std::byte> bytes) noexcept {
  return {file_, bytes.data(), bytes.size()};
}
detail::file_writing_some file::write_some(std::string_view bytes) noexcept {
  return {file_, bytes.data(), bytes.size()};
}
detail::file_writing file::write_at(std::uint64_t offset,
                                    std::span<const std::byte> bytes) noexcept {
  return {file_, bytes.data(), bytes.size(), offset};
}
detail::file_writing file::write_at(std::uint64_t offset, std::string_view bytes) noexcept {
  return {file_, bytes.data(), bytes.size(), offset};
}
detail::file_syncing file::sync() noexcept { return {file_, false}; }
detail::file_syncing file::sync_data() noexcept { return {file_, true}; }

void file::seek(std::uint64_t position) {
  if (file_.at_position.taken()) {
    throw std::logic_error("eddy: seek while another task reads or writes at the position");
  }
  file_.position = position;
}

task<std::string> file::read_all(std::size_t limit) {
  const std::uint64_t size = status_of(file_, AT_STATX_DONT_SYNC).stx_size;
  const std::uint64_t left = size > tell() ? size - tell() : 0;
  std::string whole = room_for(file_, left, limit);
  const std::size_t got = co_await detail::file_reading(file_, whole.data(), whole.size());
  if (got < left || got == 0) co_await read_on(file_, whole, got, limit);
  co_return whole;
}

task<> file::shutdown() { co_return; }

task<> file::truncate(std::uint64_t size) {
  const detail::file_use use(file_);
  co_await to_thread([&] {
    if (::ftruncate(file_.fd.get(), static_cast<off_t>(size)) < 0) file_.fail("truncate", errno);
  });
}

task<file_status> file::status() {
  const detail::file_use use(file_);
  co_return co_await to_thread([&] { return detail::to_file_status(status_of(file_, 0)); });
}

file_status file::cached_status() const {
  return detail::to_file_status(status_of(file_, AT_STATX_DONT_SYNC));
}

task<std::uint64_t> file::size() { co_return (co_await status()).size; }

detail::descriptor file::give_up() {
  if (file_.uses.any()) {
    throw std::logic_error(
        "eddy: file close while a task uses it: cancel that task first, or wait for it");
  }
  return std::move(file_.fd);
}

void file::close() { give_up().close(); }

task<> file::close(exit_status) {
  detail::descriptor last = give_up();
  if (!last.is_open()) co_return;
  loop::current()->forget(last.get());
  co_await to_thread([&] { last.close(); });
}

task<std::string> read_file(std::string path, std::size_t limit) {
  detail::opening steps(std::move(path), {});
  if (!steps.open_cached()) co_await to_thread([&] { steps.open(); });
  steps.examine_quickly();
  // One read gives all there is, in most files. Those in /proc say that they are empty.
  std::string whole = room_for(steps.file, steps.size, limit);
  const std::size_t got = co_await detail::file_reading(steps.file, whole.data(), whole.size());
  if (got < steps.size || got == 0) co_await read_on(steps.file, whole, got, limit);
  co_return whole;
}

task<> write_file(std::string path, std::span<const std::byte> bytes) {
  return write_whole(std::move(path), bytes);
}
task<> write_file(std::string path, std::string_view bytes) {
  return write_whole(std::move(path), bytes);
}

}  // namespace eddy
