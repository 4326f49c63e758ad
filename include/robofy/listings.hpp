/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef ROBOFY_LISTINGS_HPP
#define ROBOFY_LISTINGS_HPP

/**
 * @file
 * What is listed: leads, conversations, settings.
 */

#include <robofy/outputs.hpp>

#include <cstddef>
#include <iterator>
#include <string_view>

namespace robofy {

/** One page of leads, whose rows are JSON as it was written. Immutable; after a move it is empty. */
class LeadsPage : public detail::Owning<PageGetters, detail::PageHandle> {
public:
    /** Takes `page` over. */
    explicit LeadsPage(RobofyPage *page) noexcept : Owning(page) {}

    /** How many leads there are. */
    std::size_t size() const noexcept
    {
        return static_cast<std::size_t>(robofy_page_count(handle_));
    }

    /** The lead at `index`, which must be less than size(): the text of a JSON value, borrowed from the page. */
    std::string_view operator[](std::size_t index) const noexcept
    {
        return detail::view(robofy_page_row(handle_, index));
    }
};

/**
 * The settings of an agent, which hold a secret: llm_api_key(), which json() has too. There is no other textual form of
 * them. Immutable; after a move they are empty.
 */
class AgentSettings : public detail::Owning<SettingsGetters, detail::SettingsHandle> {
public:
    /** Takes `settings` over. */
    explicit AgentSettings(RobofySettings *settings) noexcept : Owning(settings) {}
};

/** The conversations of an agent, in the service's order: a range. Immutable; after a move it is empty. */
class Sessions {
public:
    /** Goes over the conversations. */
    class iterator {
    public:
        using iterator_category = std::input_iterator_tag;
        using value_type = Session;
        using difference_type = std::ptrdiff_t;
        using pointer = void;
        using reference = Session;

        iterator() noexcept = default;
        iterator(const RobofySessions *sessions, std::size_t index) noexcept : sessions_(sessions), index_(index) {}

        Session operator*() const noexcept
        {
            return Session(sessions_, index_);
        }
        iterator &operator++() noexcept
        {
            ++index_;
            return *this;
        }
        iterator operator++(int) noexcept
        {
            return iterator(sessions_, index_++);
        }
        friend bool operator==(const iterator &one, const iterator &other) noexcept
        {
            return one.index_ == other.index_;
        }
        friend bool operator!=(const iterator &one, const iterator &other) noexcept
        {
            return one.index_ != other.index_;
        }

    private:
        const RobofySessions *sessions_ = nullptr;
        std::size_t index_ = 0;
    };

    /** Takes `sessions` over. */
    explicit Sessions(RobofySessions *sessions) noexcept : handle_(sessions) {}

    /** How many there are. */
    std::size_t size() const noexcept
    {
        return static_cast<std::size_t>(robofy_sessions_count(handle_.get()));
    }

    /** The conversation at `index`, which must be less than size(). */
    Session operator[](std::size_t index) const noexcept
    {
        return Session(handle_.get(), index);
    }

    /** Of the first one. */
    iterator begin() const noexcept
    {
        return iterator(handle_.get(), 0);
    }
    /** After the last one. */
    iterator end() const noexcept
    {
        return iterator(handle_.get(), size());
    }

    /** For robofy.h; stays this object's. NULL after a move. */
    const RobofySessions *native_handle() const noexcept
    {
        return handle_.get();
    }

private:
    detail::SessionsHandle handle_;
};

} // namespace robofy

#endif
