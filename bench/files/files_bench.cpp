// SPDX-License-Identifier: MIT
#include <memory>
#include <stdexcept>
#include <string>

#include <eddy/io/file.hpp>
#include <eddy_row.hpp>

#include <files/files.hpp>

namespace {

eddy::task<> chunks(benchmark::State& state) {
  std::int64_t count = 0;
  const auto buffer = std::make_unique<files::chunk>();
  for (auto _ : state) {
    eddy::file f = co_await eddy::file::open(files::path("big"));
    while (co_await f.read_some(buffer->bytes) > 0) ++count;
  }
  state.SetItemsProcessed(count);
}
BENCHMARK(eddy_row<chunks>)->Name("chunks")->MeasureProcessCPUTime();

eddy::task<> small_files(benchmark::State& state) {
  const std::string folder = files::path("small/");
  for (auto _ : state) {
    for (int i = 0; i < files::small_files; ++i) {
      const std::string contents = co_await eddy::read_file(folder + std::to_string(i));
      if (contents.size() != files::small_size) throw std::runtime_error("a file was cut");
    }
  }
  state.SetItemsProcessed(state.iterations() * files::small_files);
}
BENCHMARK(eddy_row<small_files>)->Name("small_files")->MeasureProcessCPUTime();

eddy::task<> lines(benchmark::State& state) {
  std::int64_t count = 0;
  for (auto _ : state) {
    std::size_t bytes = 0;
    auto all = (co_await eddy::file::open(files::path("lines"))).lines();
    while (const auto line = co_await all.next()) {
      bytes += line->size();
      ++count;
    }
    benchmark::DoNotOptimize(bytes);
  }
  state.SetItemsProcessed(count);
}
BENCHMARK(eddy_row<lines>)->Name("lines")->MeasureProcessCPUTime();

}  // namespace
