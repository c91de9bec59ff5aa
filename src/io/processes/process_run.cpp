// SPDX-License-Identifier: MIT
#include <cerrno>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include <eddy/core/error.hpp>
#include <eddy/core/gather.hpp>
#include <eddy/core/with.hpp>
#include <eddy/io/process.hpp>

namespace eddy {
namespace {

task<> feed(pipe_writer& to, std::string_view input) {
  if (!to.is_open()) co_return;
  try {
    co_await to.write_all(input);
  } catch (const io_error& error) {
    if (error.code() != std::errc::broken_pipe) throw;  // it need not read what it is given
  }
  to.close();
}

task<std::string> drain(pipe_reader& from, std::size_t limit, std::string_view whose) {
  std::string whole;
  if (!from.is_open()) co_return whole;
  std::string chunk(std::size_t{64} << 10, '\0');
  while (const std::size_t got = co_await from.read_some(chunk)) {
    if (got > limit - whole.size()) {
      throw io_error(EFBIG, fmt::format("read what {} writes, more than {} bytes", whose, limit));
    }
    whole.append(chunk, 0, got);
  }
  from.close();
  co_return whole;
}

}  // namespace

task<process_result> process::communicate(std::string input, communicate_options options) {
  if (!input.empty()) (void)in();  // throws if there is no way to feed it
  auto [nothing, out, err] = co_await gather(feed(in_, input), drain(out_, options.limit, name()),
                                             drain(err_, options.limit, name()));
  const process_status status = co_await wait();
  co_return process_result{.status = status, .out = std::move(out), .err = std::move(err)};
}

task<process_result> process::run(std::vector<std::string> argv, process_run_options how,
                                  process_options options) {
  const auto by_default = [](stdio& stream, stdio usual) {
    if (stream.kind_ == stdio::kind::usual) stream = std::move(usual);
  };
  by_default(options.in, how.input.empty() ? stdio::null() : stdio::pipe());
  by_default(options.out, stdio::pipe());
  by_default(options.err, stdio::pipe());
  // Not just dropped: a time limit around us then ends only when the process has.
  co_return co_await with(
      spawn(std::move(argv), std::move(options)), [&how](process& child) -> task<process_result> {
        process_result result =
            co_await child.communicate(std::move(how.input), {.limit = how.limit});
        if (how.check && !result.status.success()) {
          throw process_error(child.name(), std::move(result));
        }
        co_return result;
      });
}

}  // namespace eddy
