/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef ROBOFY_FAKE_CALLS_HPP
#define ROBOFY_FAKE_CALLS_HPP

/**
 * @file
 * The part of robofy/fake.hpp for calls of any endpoint, and chats of any platform.
 */

#include <robofy/fake.hpp>

#include <atomic>
#include <cctype>
#include <cstdint>
#include <cstring>
#include <string>

/** Not looked at. */
struct RobofyCall {};

/** How large its parts are; a file has no size here. */
struct RobofyUpload {
    std::uint64_t size = 0;
    mutable std::atomic<std::uint64_t> sent{0};
};

/** Whether the last page was read. */
struct RobofyLeads {
    bool is_done = false;
};

extern "C" {

RobofyReply *robofy_chat_send(const RobofyClient *client, const RobofyMessage *message, RobofyError **error)
{
    return robofy_whatsapp_send(client, message, error);
}

bool robofy_chat_submit(const RobofyClient *client, const RobofyMessage *message, std::uint64_t tag,
                        RobofyError **error)
{
    return robofy_whatsapp_submit(client, message, tag, error);
}

RobofyCall *robofy_call_new(void)
{
    return new RobofyCall;
}

void robofy_call_free(RobofyCall *call)
{
    delete call;
}

void robofy_call_add_query(RobofyCall *, const char *, const char *) {}
void robofy_call_set_timeout_ms(RobofyCall *, std::uint64_t) {}
void robofy_call_set_max_response_bytes(RobofyCall *, std::uint64_t) {}

RobofyResponse *robofy_client_request(const RobofyClient *, const char *method, const char *path, const char *,
                                      const char *, const RobofyCall *, RobofyError **error)
{
    return robofy::handed_out<RobofyResponse>(robofy::Fake::call(method, path), error);
}

bool robofy_request_submit(const RobofyClient *client, const char *method, const char *path, const char *, const char *,
                           const RobofyCall *, std::uint64_t tag, RobofyError **)
{
    const_cast<RobofyClient *>(client)->complete(tag, robofy::Fake::call(method, path));
    return true;
}

std::int32_t robofy_response_status(const RobofyResponse *response)
{
    return response ? response->status : 0;
}

const char *robofy_response_body(const RobofyResponse *response)
{
    return response ? response->body.c_str() : nullptr;
}

std::uint64_t robofy_response_body_length(const RobofyResponse *response)
{
    return response ? response->body.size() : 0;
}

const char *robofy_response_header(const RobofyResponse *response, const char *name)
{
    std::string lower = name ? name : "";
    for (char &letter : lower)
        letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
    if (!response || !response->headers.count(lower))
        return nullptr;
    return response->headers.at(lower).c_str();
}

RobofyUpload *robofy_upload_new(void)
{
    return new RobofyUpload;
}

void robofy_upload_free(RobofyUpload *upload)
{
    delete upload;
}

void robofy_upload_add_text(RobofyUpload *upload, const char *, const char *value)
{
    if (upload && value)
        upload->size += std::strlen(value);
}

void robofy_upload_add_file(RobofyUpload *, const char *, const char *, const char *, const char *) {}

void robofy_upload_add_bytes(RobofyUpload *upload, const char *, const char *, std::uint64_t length, const char *,
                             const char *)
{
    if (upload)
        upload->size += length;
}

std::uint64_t robofy_upload_sent(const RobofyUpload *upload)
{
    return upload ? upload->sent.load() : 0;
}

std::uint64_t robofy_upload_total(const RobofyUpload *upload)
{
    return robofy_upload_sent(upload);
}

RobofyResponse *robofy_client_upload(const RobofyClient *, const char *path, const RobofyUpload *upload,
                                     const RobofyCall *, RobofyError **error)
{
    upload->sent = upload->size;
    return robofy::handed_out<RobofyResponse>(robofy::Fake::call("POST", path), error);
}

bool robofy_upload_submit(const RobofyClient *client, const char *path, const RobofyUpload *upload, const RobofyCall *,
                          std::uint64_t tag, RobofyError **)
{
    upload->sent = upload->size;
    const_cast<RobofyClient *>(client)->complete(tag, robofy::Fake::call("POST", path));
    return true;
}

RobofyLeads *robofy_leads_new(const char *, const char *)
{
    return new RobofyLeads;
}

void robofy_leads_free(RobofyLeads *leads)
{
    delete leads;
}

void robofy_leads_set_session_id(RobofyLeads *, const char *) {}

RobofyPage *robofy_leads_next(RobofyLeads *leads, const RobofyClient *, const RobofyCall *, RobofyError **error)
{
    if (leads->is_done)
        return nullptr;
    RobofyPage *page = robofy::handed_out<RobofyPage>(robofy::Fake::read<RobofyPage>(), error);
    leads->is_done = page && !page->next_token;
    return page;
}

std::uint64_t robofy_page_count(const RobofyPage *page)
{
    return page ? page->rows.size() : 0;
}

const char *robofy_page_row(const RobofyPage *page, std::uint64_t index)
{
    return index < robofy_page_count(page) ? page->rows[index].c_str() : nullptr;
}

RobofySessions *robofy_inbox_sessions(const RobofyClient *, const char *, const RobofyCall *, RobofyError **error)
{
    return robofy::handed_out<RobofySessions>(robofy::Fake::read<RobofySessions>(), error);
}

std::uint64_t robofy_sessions_count(const RobofySessions *sessions)
{
    return sessions ? sessions->sessions.size() : 0;
}

RobofySettings *robofy_agent_settings(const RobofyClient *, const char *, const char *, const RobofyCall *,
                                      RobofyError **error)
{
    return robofy::handed_out<RobofySettings>(robofy::Fake::read<RobofySettings>(), error);
}
}

#endif
