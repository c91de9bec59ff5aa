// SPDX-License-Identifier: MIT
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>

#include <benchmark/benchmark.h>

#include <files/files.hpp>

namespace {

void chunks(benchmark::State& state) {
  std::int64_t count = 0;
  const auto buffer = std::make_unique<files::chunk>();
  for (auto _ : state) {
    const int fd = ::open(files::path("big").c_str(), O_RDONLY);
    while (::read(fd, buffer->bytes.data(), buffer->bytes.size()) > 0) ++count;
    ::close(fd);
  }
  state.SetItemsProcessed(count);
}
BENCHMARK(chunks)->MeasureProcessCPUTime();

void small_files(benchmark::State& state) {
  const std::string folder = files::path("small/");
  std::array<char, 2 * files::small_size> buffer;
  for (auto _ : state) {
    for (int i = 0; i < files::small_files; ++i) {
      const int fd = ::open((folder + std::to_string(i)).c_str(), O_RDONLY);
      std::size_t size = 0;
      while (const ssize_t got = ::read(fd, buffer.data(), buffer.size())) {
        if (got < 0) throw std::runtime_error("read failed");
        size += static_cast<std::size_t>(got);
      }
      ::close(fd);
      if (size != files::small_size) throw std::runtime_error("a file was cut");
    }
  }
  state.SetItemsProcessed(state.iterations() * files::small_files);
}
BENCHMARK(small_files)->MeasureProcessCPUTime();

void lines(benchmark::State& state) {
  std::int64_t count = 0;
  char* line = nullptr;
  std::size_t room = 0;
  for (auto _ : state) {
    std::FILE* f = std::fopen(files::path("lines").c_str(), "r");
    std::size_t bytes = 0;
    while (true) {
      const ssize_t got = ::getline(&line, &room, f);
      if (got < 0) break;
      bytes += static_cast<std::size_t>(got);
      ++count;
    }
    benchmark::DoNotOptimize(bytes);
    std::fclose(f);
  }
  std::free(line);
  state.SetItemsProcessed(count);
}
BENCHMARK(lines)->MeasureProcessCPUTime();

}  // namespace
