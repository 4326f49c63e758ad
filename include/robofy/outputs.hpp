/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef ROBOFY_OUTPUTS_HPP
#define ROBOFY_OUTPUTS_HPP

/**
 * @file
 * What a call brings back.
 */

#include <robofy/failure.hpp>
#include <robofy/getters.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace robofy {

namespace detail {

/* What is read of a handle, and the handle. */
template <class Getters, class Handle> class Owning : public Getters {
public:
    using Raw = typename Handle::element_type;

    explicit Owning(Raw *handle) noexcept : Getters(handle), own_(handle) {}

    /** Leaves `other` empty. */
    Owning(Owning &&other) noexcept : Getters(std::exchange(other.handle_, nullptr)), own_(std::move(other.own_)) {}

    /** Leaves `other` empty; what was here is freed. */
    Owning &operator=(Owning &&other) noexcept
    {
        own_ = std::move(other.own_);
        this->handle_ = std::exchange(other.handle_, nullptr);
        return *this;
    }

    ~Owning() = default;

protected:
    /* What is owned by someone else. */
    explicit Owning(const Raw *handle, std::nullptr_t) noexcept : Getters(handle) {}

private:
    Handle own_;
};

/* What stands alone or within its completion. */
template <class Getters, class Handle> class Result : public Owning<Getters, Handle> {
public:
    using Raw = typename Handle::element_type;

    explicit Result(Raw *handle) noexcept : Owning<Getters, Handle>(handle) {}

    /* By reference: `handle` may be read of it in the same call. */
    Result(const Raw *handle, CompletionHandle &&completion) noexcept
        : Owning<Getters, Handle>(handle, nullptr), completion_(std::move(completion))
    {
    }

private:
    CompletionHandle completion_;
};

} // namespace detail

/** The agent's complete answer and what came with it. Immutable; after a move its texts are empty and its numbers 0. */
class Reply : public detail::Result<ReplyGetters, detail::ReplyHandle> {
public:
    /** Takes `reply` over. */
    explicit Reply(RobofyReply *reply) noexcept : Result(reply) {}

    /** Takes `completion` over, which must have a reply. */
    explicit Reply(detail::CompletionHandle completion) noexcept
        : Result(robofy_completion_reply(completion.get()), std::move(completion))
    {
    }
};

/**
 * What an endpoint has answered, with a status from 200 to 299. Immutable; after a move it is empty. Bodies may hold
 * secrets: an agent's settings have a key, a handshake's answer a token.
 */
class Response : public detail::Result<ResponseGetters, detail::ResponseHandle> {
public:
    /** Takes `response` over. */
    explicit Response(RobofyResponse *response) noexcept : Result(response) {}

    /** Takes `completion` over, which must have a response. */
    explicit Response(detail::CompletionHandle completion) noexcept
        : Result(robofy_completion_response(completion.get()), std::move(completion))
    {
    }

    /** The body as it was received, whatever it holds; empty for a HEAD and a 204. Borrowed from the response. */
    std::string_view body() const & noexcept
    {
        const char *bytes = robofy_response_body(handle_);
        return bytes ? std::string_view(bytes, robofy_response_body_length(handle_)) : std::string_view();
    }
    /** @overload */
    std::string body() &&
    {
        return std::string(std::as_const(*this).body());
    }

    /**
     * The text of the first header of this name, in upper or lower case, borrowed from the response; none if there is
     * none, or if it is not UTF-8.
     */
    std::optional<std::string_view> header(const Text &name) const &
    {
        return detail::view_or_none(robofy_response_header(handle_, name.c_str("name")));
    }
    /** @overload */
    std::optional<std::string> header(const Text &name) &&
    {
        return detail::text_or_none(robofy_response_header(handle_, name.c_str("name")));
    }
};

/** What became of what was submitted: a message's reply, a request's or an upload's response, or an error. */
class Completion {
public:
    /** Takes `completion` over, which must not be NULL. */
    explicit Completion(detail::CompletionHandle completion) noexcept : handle_(std::move(completion)) {}

    /** The tag that it was submitted under. */
    std::uint64_t tag() const noexcept
    {
        return robofy_completion_tag(handle_.get());
    }

    /** True if there is a reply, false if there is an error, or a request was submitted. */
    bool has_reply() const noexcept
    {
        return robofy_completion_reply(handle_.get()) != nullptr;
    }

    /** True if there is a response, false if there is an error, or a message was submitted. */
    bool has_response() const noexcept
    {
        return robofy_completion_response(handle_.get()) != nullptr;
    }

    /** Status::ok if there is a reply or a response. */
    Status status() const noexcept
    {
        return detail::status_of(robofy_completion_error(handle_.get()));
    }

    /** Takes the reply out, or throws the error, of its status' class. Once: `std::move(completion).reply()`. */
    Reply reply() &&
    {
        return take<Reply>(robofy_completion_reply);
    }

    /** Takes the response to a request or an upload out, as reply() does with a message's reply. */
    Response response() &&
    {
        return take<Response>(robofy_completion_response);
    }

    /** The error, if there is one; for programs that rather look than catch. */
    std::optional<Error> error() const
    {
        const RobofyError *error = robofy_completion_error(handle_.get());
        return error ? std::optional<Error>(*error) : std::nullopt;
    }

private:
    template <class Result, class Getter> Result take(Getter *of_completion)
    {
        if (!handle_)
            detail::refuse("completion", "was moved from");
        if (const RobofyError *error = robofy_completion_error(handle_.get()))
            detail::throw_copy(*error);
        if (!of_completion(handle_.get()))
            detail::refuse("completion", "is of the other kind: a message's has a reply, a request's a response");
        return Result(std::move(handle_));
    }

    detail::CompletionHandle handle_;
};

} // namespace robofy

#endif
