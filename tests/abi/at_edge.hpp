/// @file
/// AtEdge: a copy of a struct that ends exactly where memory ends. Whoever reads one byte beyond
/// dies at once, so a test that passes has shown that nobody did. With room for a tail, the tail is
/// rubbish.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

namespace ebra {

template <typename Struct>
class AtEdge {
 public:
    /// The first `size` bytes of `value`, with struct_size saying so; bytes that `value` does not
    /// have are 0xA5. `size` is a multiple of 8.
    AtEdge(const Struct& value, std::size_t size) {
        const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
        bytes_ = 2 * page;
        pages_ = mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        char* const end = static_cast<char*>(pages_) + page;
        EXPECT_EQ(mprotect(end, page, PROT_NONE), 0);
        const auto struct_size = static_cast<std::uint32_t>(size);
        std::memset(end - size, 0xA5, size);
        std::memcpy(end - size, &value, std::min(size, sizeof value));
        std::memcpy(end - size + offsetof(Struct, struct_size), &struct_size, sizeof struct_size);
        start_ = end - size;
    }
    ~AtEdge() { munmap(pages_, bytes_); }
    AtEdge(const AtEdge&) = delete;
    AtEdge& operator=(const AtEdge&) = delete;

    Struct* get() { return static_cast<Struct*>(start_); }

 private:
    void* pages_ = nullptr;
    std::size_t bytes_ = 0;
    void* start_ = nullptr;
};

}  // namespace ebra
