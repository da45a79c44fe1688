/// @file
/// The handlers of /calls: create, read, change, cancel, list, explain. Owned by the router's
/// handlers; stateless but for the memory of PhoneNumbers, so any worker may run any of them. None
/// blocks: each checks its request and answers from the engine's callback.
#pragma once

#include "call_request.hpp"
#include "http/request.hpp"
#include "http/responder.hpp"
#include "phone.hpp"

#include "ebra/config.hpp"
#include "ebra/engine.hpp"

namespace ebra {

class CallRoutes {
 public:
    static constexpr std::uint64_t kPageSizeDefault = 20;
    static constexpr std::uint64_t kPageSizeMax = 500;
    static constexpr std::uint64_t kPageMax = 1'000'000'000;

    /// `engine` must outlive every answer it owes.
    CallRoutes(Engine& engine, const HttpConfig& http);

    /// POST /calls: 201 with Location; 200 never. The same Idempotency-Key and meaning: the same
    /// call, with `Idempotency-Replayed: true`; another meaning: 422.
    void create(const HttpRequest& request, const Responder& responder) const;
    /// GET /calls/:id
    void get(const HttpRequest& request, const Responder& responder) const;
    /// PATCH /calls/:id: 409 unless PENDING.
    void change(const HttpRequest& request, const Responder& responder) const;
    /// DELETE /calls/:id: cancels; 409 unless PENDING. A CANCELED call is answered 200 again, so
    /// that a client whose answer was lost may ask twice.
    void cancel(const HttpRequest& request, const Responder& responder) const;
    /// GET /calls?status=&page=&pageSize=
    void list(const HttpRequest& request, const Responder& responder) const;
    /// GET /calls/:id/timeline
    void timeline(const HttpRequest& request, const Responder& responder) const;

 private:
    CallRules rules() const { return {phones_, metadata_bytes_max_}; }

    Engine& engine_;
    const PhoneNumbers phones_;
    const std::size_t metadata_bytes_max_;
};

}  // namespace ebra
