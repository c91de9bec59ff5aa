-- SPDX-License-Identifier: MIT
-- For wrk: 16 requests at once. It counts the answers.
init = function()
  request_text = string.rep(wrk.format("GET", "/"), 16)
end

request = function()
  return request_text
end
