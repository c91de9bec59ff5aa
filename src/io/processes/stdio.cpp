// SPDX-License-Identifier: MIT
#include <eddy/io/stdio.hpp>

#include <fcntl.h>

#include <stdexcept>

namespace eddy {

stdio stdio::file(std::string path, int flags) {
  stdio made(kind::file, flags);
  made.path_ = std::move(path);
  return made;
}
stdio stdio::null() { return file("/dev/null", O_RDWR); }
stdio stdio::from_file(std::string path) { return file(std::move(path), O_RDONLY); }
stdio stdio::to_file(std::string path) {
  return file(std::move(path), O_WRONLY | O_CREAT | O_TRUNC);
}
stdio stdio::append_to(std::string path) {
  return file(std::move(path), O_WRONLY | O_CREAT | O_APPEND);
}

stdio stdio::own(detail::descriptor end) {
  if (!end.is_open()) throw std::logic_error("eddy: a closed pipe as a process's standard stream");
  // It blocks from now on, as programs expect. Nobody else has this end of the pipe.
  ::fcntl(end.get(), F_SETFL, ::fcntl(end.get(), F_GETFL) & ~O_NONBLOCK);
  stdio made(kind::descriptor, end.get());
  made.owned_ = std::make_shared<detail::descriptor>(std::move(end));
  return made;
}
stdio stdio::from(pipe_reader source) { return own(std::move(source.fd_)); }
stdio stdio::to(pipe_writer sink) { return own(std::move(sink.fd_)); }

}  // namespace eddy
