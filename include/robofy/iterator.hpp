/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef ROBOFY_ITERATOR_HPP
#define ROBOFY_ITERATOR_HPP

/**
 * @file
 * Iterators over what comes one after another.
 */

#include <cstddef>
#include <iterator>
#include <utility>

namespace robofy {

namespace detail {

/* Over a source that has a current value, and advances to the next or to its end. The source must stay where it is. */
template <class Source> class InputIterator {
public:
    using iterator_category = std::input_iterator_tag;
    using value_type = typename Source::value_type;
    using difference_type = std::ptrdiff_t;
    using pointer = value_type *;
    using reference = value_type &;

    /* The end. */
    InputIterator() noexcept = default;

    explicit InputIterator(Source &source) noexcept : source_(&source) {}

    reference operator*() const noexcept
    {
        return source_->current();
    }
    pointer operator->() const noexcept
    {
        return &source_->current();
    }
    InputIterator &operator++()
    {
        if (!source_->advance())
            source_ = nullptr;
        return *this;
    }

    /* What `*iterator++` gives. */
    struct Held {
        value_type value;
        reference operator*() noexcept
        {
            return value;
        }
    };
    Held operator++(int)
    {
        Held held{std::move(**this)};
        ++*this;
        return held;
    }

    friend bool operator==(const InputIterator &one, const InputIterator &other) noexcept
    {
        return one.source_ == other.source_;
    }
    friend bool operator!=(const InputIterator &one, const InputIterator &other) noexcept
    {
        return one.source_ != other.source_;
    }

private:
    Source *source_ = nullptr;
};

} // namespace detail

} // namespace robofy

#endif
