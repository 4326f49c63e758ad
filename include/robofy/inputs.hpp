/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef ROBOFY_INPUTS_HPP
#define ROBOFY_INPUTS_HPP

/**
 * @file
 * What a program gives to a call: options, messages, requests, uploads.
 */

#include <robofy/values.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace robofy {

/**
 * How a client behaves; a Client copies its options.
 *
 * Setters throw for a NUL within a text and for a negative time; what else is wrong is reported by the Client's
 * constructor, by name.
 */
class Options : public OptionsSetters<Options> {
public:
    /** Every default. */
    Options() : OptionsSetters(robofy_options_new()) {}

    /** The agent of Client::chat() and Client::message() where they name none. */
    Options &set_agent(const Text &pid, const Text &chatbot_id) &
    {
        pid_ = detail::view(pid.c_str("pid"));
        chatbot_id_ = detail::view(chatbot_id.c_str("chatbot_id"));
        return *this;
    }
    /** @overload */
    Options set_agent(const Text &pid, const Text &chatbot_id) &&
    {
        return std::move(set_agent(pid, chatbot_id));
    }

private:
    friend class Client;

    std::string pid_;
    std::string chatbot_id_;
};

/**
 * One message of a WhatsApp user, and the agent that is to answer it. May be reused: set, send, set, send.
 *
 * The constructor and the setters throw for a NUL within a text and for a negative time; what else is wrong is reported
 * by the call that sends the message. What is not UTF-8 in a text that the user wrote goes out as U+FFFD.
 */
class Message : public MessageSetters<Message> {
public:
    /** `query` is the user's text as WhatsApp delivered it, for the agent `chatbot_id` of the project `pid`. */
    Message(const Text &pid, const Text &chatbot_id, const Text &query)
        : MessageSetters(robofy_message_new(pid.c_str("pid"), chatbot_id.c_str("chatbot_id"),
                                            detail::Utf8(query.c_str("query")).c_str()))
    {
    }
};

/** How one call of an endpoint behaves, where that is not the client's way. */
class Call : public CallSetters<Call> {
public:
    /** Every default. */
    Call() : CallSetters(robofy_call_new()) {}
};

/**
 * A call of any endpoint of the service. May be reused, as a Message may.
 *
 *     robofy::Request("PUT", "/v1/projects/7").set_json_body(R"({"name": "Shop"})").set_timeout(5s)
 */
class Request : public CallSetters<Request> {
public:
    /**
     * `method` is "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE" or "OPTIONS". `path` is below the base URL, for
     * example "/v1/projects", and cannot lead to another host; what a URL cannot hold in an ID is percent-encoded by
     * the caller.
     */
    Request(const Text &method, const Text &path)
        : CallSetters(robofy_call_new()), method_(detail::view(method.c_str("method"))),
          path_(detail::view(path.c_str("path")))
    {
    }

    /**
     * The query as it stands in a URL, percent-encoded by the caller; add_query() encodes. None, the default, for none.
     */
    Request &set_query(const Text &query) &
    {
        query_ = detail::text_or_none(query.c_str("query"));
        return *this;
    }
    /** @overload */
    Request set_query(const Text &query) &&
    {
        return std::move(set_query(query));
    }

    /** The text of a JSON value, sent as it is written. None, the default, for no body. */
    Request &set_json_body(const Text &json) &
    {
        json_body_ = detail::text_or_none(json.c_str("json_body"));
        return *this;
    }
    /** @overload */
    Request set_json_body(const Text &json) &&
    {
        return std::move(set_json_body(json));
    }

    /** For robofy.h. */
    const char *method() const noexcept
    {
        return method_.c_str();
    }
    /** For robofy.h. */
    const char *path() const noexcept
    {
        return path_.c_str();
    }
    /** For robofy.h: NULL for none. */
    const char *query() const noexcept
    {
        return query_ ? query_->c_str() : nullptr;
    }
    /** For robofy.h: NULL for none. */
    const char *json_body() const noexcept
    {
        return json_body_ ? json_body_->c_str() : nullptr;
    }

private:
    std::string method_;
    std::string path_;
    std::optional<std::string> query_;
    std::optional<std::string> json_body_;
};

/**
 * The parts of a multipart request: files, bytes in memory, fields. May be sent again, and must not be changed while
 * another thread uses it; sent() and total() may be called meanwhile.
 */
class Upload {
public:
    /** Without parts, which cannot be sent. */
    Upload() : handle_(robofy_upload_new()) {}

    /** Adds the field `name`. */
    Upload &add_text(const Text &name, const Text &value) &
    {
        robofy_upload_add_text(handle_.get(), name.c_str("name"), value.c_str("value"));
        return *this;
    }
    /** @overload */
    Upload add_text(const Text &name, const Text &value) &&
    {
        return std::move(add_text(name, value));
    }

    /**
     * Adds the file at `path`, in UTF-8, which is read from disk while the upload is sent: memory does not grow with
     * it. It goes by `file_name`, or else by the last name of its path, and is of `content_type`, or else of one by
     * that name's ending. A file that cannot be read is an InvalidArgumentError of the call that sends it.
     */
    Upload &add_file(const Text &name, const Text &path, const Text &file_name = nullptr,
                     const Text &content_type = nullptr) &
    {
        robofy_upload_add_file(handle_.get(), name.c_str("name"), path.c_str("path"), file_name.c_str("file_name"),
                               content_type.c_str("content_type"));
        return *this;
    }
    /** @overload */
    Upload add_file(const Text &name, const Text &path, const Text &file_name = nullptr,
                    const Text &content_type = nullptr) &&
    {
        return std::move(add_file(name, path, file_name, content_type));
    }

    /** Adds a file that holds `bytes`, which are copied; in all else as add_file(). */
    Upload &add_bytes(const Text &name, std::string_view bytes, const Text &file_name,
                      const Text &content_type = nullptr) &
    {
        robofy_upload_add_bytes(handle_.get(), name.c_str("name"), bytes.data(), bytes.size(),
                                file_name.c_str("file_name"), content_type.c_str("content_type"));
        return *this;
    }
    /** @overload */
    Upload add_bytes(const Text &name, std::string_view bytes, const Text &file_name,
                     const Text &content_type = nullptr) &&
    {
        return std::move(add_bytes(name, bytes, file_name, content_type));
    }

    /**
     * How many bytes of the request's body were handed to its connection, what stands between the parts included. Any
     * thread may ask while the upload is sent. It begins anew with each call and each retry.
     */
    std::uint64_t sent() const noexcept
    {
        return robofy_upload_sent(handle_.get());
    }

    /** How many bytes the request's whole body has; 0 before it is sent for the first time. Any thread may ask. */
    std::uint64_t total() const noexcept
    {
        return robofy_upload_total(handle_.get());
    }

    /** For robofy.h; stays this object's. NULL after a move. */
    const RobofyUpload *native_handle() const noexcept
    {
        return handle_.get();
    }

private:
    detail::UploadHandle handle_;
};

} // namespace robofy

#endif
