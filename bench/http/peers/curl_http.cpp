// SPDX-License-Identifier: MIT
// libcurl's multi interface: `curl_http PORT COUNT`.
#include <curl/curl.h>

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace {

std::size_t take(char*, std::size_t size, std::size_t count, void*) { return size * count; }

/// Asks again where an answer has come; false: nowhere.
bool take_answers(CURLM* multi) {
  bool any = false;
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi, &left)) {
    CURL* const request = message->easy_handle;
    long status = 0;
    curl_easy_getinfo(request, CURLINFO_RESPONSE_CODE, &status);
    if (message->data.result != CURLE_OK || status != 200) {
      std::fprintf(stderr, "%s, status %ld\n", curl_easy_strerror(message->data.result), status);
      std::exit(1);
    }
    curl_multi_remove_handle(multi, request);
    curl_multi_add_handle(multi, request);
    any = true;
  }
  return any;
}

}  // namespace

int main(int, char** arguments) {
  const std::string url = std::string("http://127.0.0.1:") + arguments[1] + "/";
  const long count = std::atol(arguments[2]);
  curl_global_init(CURL_GLOBAL_ALL);
  CURLM* const multi = curl_multi_init();
  curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, count);
  for (long i = 0; i < count; ++i) {
    CURL* const request = curl_easy_init();
    curl_easy_setopt(request, CURLOPT_URL, url.c_str());
    curl_easy_setopt(request, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(request, CURLOPT_NOSIGNAL, 1L);
    curl_multi_add_handle(multi, request);
  }
  for (int running = 0;;) {
    curl_multi_perform(multi, &running);
    if (!take_answers(multi)) curl_multi_poll(multi, nullptr, 0, 1000, nullptr);
  }
}
