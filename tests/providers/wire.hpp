/// @file
/// Wire: the bytes of one non-blocking socket of a test server, plain or through TLS as the
/// server's side. It does not own the socket. Single-threaded.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <sys/types.h>

struct ssl_st;
struct ssl_ctx_st;

namespace ebra::test {

/// What a server with TLS shows of itself. May serve many wires; thread-safe.
class TlsServer {
 public:
    /// From PEM files. Throws std::runtime_error.
    TlsServer(const std::string& certificate, const std::string& key);

    ssl_ctx_st* context() const { return context_.get(); }

 private:
    struct Free {
        void operator()(ssl_ctx_st* context) const;
    };
    std::unique_ptr<ssl_ctx_st, Free> context_;
};

class Wire {
 public:
    /// Without `tls`: the socket's own bytes.
    Wire(int socket, const TlsServer* tls);

    /// As recv and send: -1 and EAGAIN when nothing can be done now, 0 at the end.
    ssize_t receive(char* into, std::size_t size);
    ssize_t send(const char* from, std::size_t size);

 private:
    struct Free {
        void operator()(ssl_st* tls) const;
    };
    ssize_t result_of(int done);

    const int socket_;
    std::unique_ptr<ssl_st, Free> tls_;
};

}  // namespace ebra::test
