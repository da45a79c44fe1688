#include "wire.hpp"

#include <cerrno>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdexcept>
#include <sys/socket.h>

namespace ebra::test {

void TlsServer::Free::operator()(ssl_ctx_st* context) const {
    SSL_CTX_free(context);
}

void Wire::Free::operator()(ssl_st* tls) const {
    SSL_free(tls);
}

TlsServer::TlsServer(const std::string& certificate, const std::string& key)
    : context_(SSL_CTX_new(TLS_server_method())) {
    SSL_CTX* const made = context_.get();
    if (made == nullptr ||
        SSL_CTX_use_certificate_file(made, certificate.c_str(), SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_use_PrivateKey_file(made, key.c_str(), SSL_FILETYPE_PEM) != 1) {
        throw std::runtime_error("no TLS with " + certificate);
    }
    SSL_CTX_set_mode(made, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                               SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
}

Wire::Wire(int socket, const TlsServer* tls) : socket_(socket) {
    if (tls == nullptr) return;
    tls_.reset(SSL_new(tls->context()));
    SSL_set_fd(tls_.get(), socket);
    SSL_set_accept_state(tls_.get());
}

ssize_t Wire::receive(char* into, std::size_t size) {
    if (!tls_) return recv(socket_, into, size, 0);
    ERR_clear_error();
    return result_of(SSL_read(tls_.get(), into, static_cast<int>(size)));
}

ssize_t Wire::send(const char* from, std::size_t size) {
    if (!tls_) return ::send(socket_, from, size, MSG_NOSIGNAL);
    ERR_clear_error();
    return result_of(SSL_write(tls_.get(), from, static_cast<int>(size)));
}

ssize_t Wire::result_of(int done) {
    if (done > 0) return done;
    const int why = SSL_get_error(tls_.get(), done);
    if (why == SSL_ERROR_ZERO_RETURN) return 0;
    errno = why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE ? EAGAIN : EPROTO;
    return -1;
}

}  // namespace ebra::test
