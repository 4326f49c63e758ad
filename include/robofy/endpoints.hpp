/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef ROBOFY_ENDPOINTS_HPP
#define ROBOFY_ENDPOINTS_HPP

/**
 * @file
 * Everything else that the service offers.
 */

#include <robofy/awaiters.hpp>
#include <robofy/chats.hpp>
#include <robofy/leads.hpp>
#include <robofy/stream.hpp>

#include <cstdint>
#include <future>
#include <utility>

namespace robofy {

/** The part of a Client that calls what is no chat, or streams one. */
class Endpoints : public Chats {
    static auto submission(const Request &request) noexcept
    {
        return [&request](const RobofyClient *client, std::uint64_t tag, RobofyError **error) {
            return robofy_request_submit(client, request.method(), request.path(), request.query(), request.json_body(),
                                         request.native_handle(), tag, error);
        };
    }

    static auto submission(const Text &path, const Upload &upload, const Call &call)
    {
        return [path = path.c_str("path"), &upload, &call](const RobofyClient *client, std::uint64_t tag,
                                                           RobofyError **error) {
            return robofy_upload_submit(client, path, upload.native_handle(), call.native_handle(), tag, error);
        };
    }

public:
    /**
     * Calls any endpoint of the service and waits for the whole response, for at most the request's timeout, or else
     * the client's. The API key goes to the base URL's host alone, and a redirect is a ProtocolError. GET and HEAD are
     * repeated as messages are, other methods only where the service cannot have seen the request.
     *
     *     client.request({"GET", "/v1/projects"}).data()
     *
     * Throws an Error.
     */
    Response request(const Request &request) const
    {
        detail::Failure failure;
        RobofyResponse *response =
            robofy_client_request(core().client(), request.method(), request.path(), request.query(),
                                  request.json_body(), request.native_handle(), failure.out());
        if (!response)
            failure.raise();
        return Response(response);
    }

    /** Calls without waiting; the future is as that of send_async(). */
    std::future<Response> request_async(const Request &request) const
    {
        return future_of<Response>(submission(request));
    }

    /** Calls without waiting; the hook, and the tag that is returned, are as those of send_async(). */
    template <class Hook, detail::EnableForHook<Hook> = 0>
    std::uint64_t request_async(const Request &request, Hook &&hook) const
    {
        return call_when_complete(submission(request), std::forward<Hook>(hook));
    }

    using Chats::submit;
    /** Calls without waiting, under a tag of the program's, as with a message; the completion has a Response. */
    void submit(const Request &request, std::uint64_t tag) const
    {
        submit_as(tag, submission(request));
    }

    /**
     * Sends an upload to `path` as a multipart POST, and waits for the whole response, for at most the call's timeout,
     * or else the client's. Meanwhile Upload::sent() grows. Throws an Error.
     */
    Response upload(const Text &path, const Upload &upload, const Call &call = Call()) const
    {
        detail::Failure failure;
        RobofyResponse *response = robofy_client_upload(core().client(), path.c_str("path"), upload.native_handle(),
                                                        call.native_handle(), failure.out());
        if (!response)
            failure.raise();
        return Response(response);
    }

    /** Sends an upload without waiting; the future is as that of send_async(). The upload may be destroyed at once. */
    std::future<Response> upload_async(const Text &path, const Upload &upload, const Call &call = Call()) const
    {
        return future_of<Response>(submission(path, upload, call));
    }

    /** Sends an upload without waiting; the hook, and the tag that is returned, are as those of send_async(). */
    template <class Hook, detail::EnableForHook<Hook> = 0>
    std::uint64_t upload_async(const Text &path, const Upload &upload, Hook &&hook, const Call &call = Call()) const
    {
        return call_when_complete(submission(path, upload, call), std::forward<Hook>(hook));
    }

    /** Sends an upload under a tag of the program's, as submit() does with a message. */
    void submit_upload(const Text &path, const Upload &upload, std::uint64_t tag, const Call &call = Call()) const
    {
        submit_as(tag, submission(path, upload, call));
    }

#if defined(__cpp_impl_coroutine)
    /** For coroutines (C++20): `Response response = co_await client.co_request(request);`, as co_send(). */
    auto co_request(const Request &request) const noexcept
    {
        return awaiter<Response>(submission(request));
    }

    /** For coroutines (C++20), as co_send(); to be awaited in the expression that calls it. */
    auto co_upload(const Text &path, const Upload &upload, const Call &call = Call()) const
    {
        return awaiter<Response>(submission(path, upload, call));
    }
#endif

    /** The leads that an agent has collected, page by page. Asks the service for nothing yet. */
    Leads leads(const Text &pid, const Text &chatbot_id) const
    {
        return Leads(robofy_leads_new(pid.c_str("pid"), chatbot_id.c_str("chatbot_id")), shared_core());
    }
    /** The same, of the agent of Options::set_agent(). */
    Leads leads() const
    {
        return leads(pid_, chatbot_id_);
    }

    /** The conversations of an agent. Waits for them, and throws an Error. */
    Sessions sessions(const Text &chatbot_id, const Call &call = Call()) const
    {
        detail::Failure failure;
        RobofySessions *sessions = robofy_inbox_sessions(core().client(), chatbot_id.c_str("chatbot_id"),
                                                         call.native_handle(), failure.out());
        if (!sessions)
            failure.raise();
        return Sessions(sessions);
    }
    /** The same, of the agent of Options::set_agent(). */
    Sessions sessions(const Call &call = Call()) const
    {
        return sessions(chatbot_id_, call);
    }

    /** The settings of an agent, which hold a secret. Waits for them, and throws an Error. */
    AgentSettings agent_settings(const Text &pid, const Text &chatbot_id, const Call &call = Call()) const
    {
        detail::Failure failure;
        RobofySettings *settings =
            robofy_agent_settings(core().client(), pid.c_str("pid"), chatbot_id.c_str("chatbot_id"),
                                  call.native_handle(), failure.out());
        if (!settings)
            failure.raise();
        return AgentSettings(settings);
    }
    /** The same, of the agent of Options::set_agent(). */
    AgentSettings agent_settings(const Call &call = Call()) const
    {
        return agent_settings(pid_, chatbot_id_, call);
    }

    /**
     * Sends a message to a path where the agent answers in events, and does not wait: what comes of it, errors
     * included, is for the Stream. The platform is the message's, "web" unless it names one. The message's timeout, or
     * else the client's, bounds the time to the first event, and then from each event to the next.
     *
     * Throws an Error, and nothing was sent, for a bad path or message, and at Options::set_max_in_flight.
     */
    Stream stream(const Text &path, const Message &message) const
    {
        const std::shared_ptr<detail::Watcher> watcher = core().watcher();
        detail::Failure failure;
        RobofyStream *stream =
            robofy_stream_open(core().client(), path.c_str("path"), message.native_handle(), failure.out());
        if (!stream)
            failure.raise();
        return Stream(stream, watcher);
    }

protected:
    /** What a Client is made of. */
    using Chats::Chats;
};

} // namespace robofy

#endif
