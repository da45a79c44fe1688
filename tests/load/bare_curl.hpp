/// @file
/// BareCurl: what libcurl alone does, for a measure: one thread, one multi handle, no guard, no
/// time limits, no presets, libcurl's own defaults. Single-threaded.
#pragma once

#include <curl/curl.h>
#include <functional>
#include <string>
#include <vector>

namespace ebra::test {

class BareCurl {
 public:
    /// POSTs the headers of a start and a body of its size. `ca_file` empty = the system's.
    BareCurl(std::string url, std::string ca_file);
    ~BareCurl();
    BareCurl(const BareCurl&) = delete;
    BareCurl& operator=(const BareCurl&) = delete;

    /// Sends `count` requests, `at_once` under way, on handles and connections used again.
    void run(int count, int at_once);

    /// Sends `count` requests on a handle each, `unsent_max` of them ahead of what `arrived` says
    /// the server has, until it has all.
    void pile_up(int count, int unsent_max, const std::function<int()>& arrived);

 private:
    void add();
    /// How many transfers have ended; the handles of those are sent again while `again` says so.
    int collect(const std::function<bool()>& again);

    const std::string url_;
    const std::string ca_file_;
    const std::string body_;
    CURLM* multi_;
    curl_slist* headers_;
    std::vector<CURL*> handles_;
};

}  // namespace ebra::test
