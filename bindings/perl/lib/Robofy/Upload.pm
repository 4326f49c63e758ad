package Robofy::Upload;

# A form with files. It may be sent again.

use strict;
use warnings;

use Carp qw(croak);
use Robofy::Arguments;
use Robofy::Handle;
use Robofy::Native;

sub new {
    my ($class) = @_;
    Robofy::Native::load();
    return bless { handle => Robofy::Handle->new(Upload => Robofy::Native::robofy_upload_new()) }, $class;
}

# Adds a field.
sub add_text {
    my ($self, $name, $value) = @_;
    my @texts = map { Robofy::Arguments::text(@$_) } [name => $name], [value => $value];
    Robofy::Native::robofy_upload_add_text($self->pointer, @texts);
    return $self;
}

# add_file($name, $path, file_name => 'list.md', content_type => 'text/plain') adds a file, which is read while it is sent.
# Without them it goes by the last name of its path, and by the type of that name's ending.
sub add_file {
    my ($self, $name, $path, %more) = @_;
    my @texts = map { Robofy::Arguments::text(@$_) } [name => $name], [path => $path];
    Robofy::Native::robofy_upload_add_file($self->pointer, @texts, _named(%more));
    return $self;
}

# add_bytes($name, $bytes, file_name => 'prices.md') adds a file that is in memory; it is copied.
sub add_bytes {
    my ($self, $name, $bytes, %more) = @_;
    $bytes = Robofy::Arguments::bytes(content => $bytes);
    my @texts = (Robofy::Arguments::text(name => $name), _named(file_name => $more{file_name} // '', %more));
    Robofy::Native::robofy_upload_add_bytes($self->pointer, $texts[0], $bytes, length $bytes, @texts[1, 2]);
    return $self;
}

# How many bytes of the request's body were handed to its connection. It begins anew with each attempt.
sub sent { return Robofy::Native::robofy_upload_sent($_[0]->pointer) }

# How many bytes the request's body has; 0 before it is sent for the first time.
sub total { return Robofy::Native::robofy_upload_total($_[0]->pointer) }

sub pointer { return $_[0]{handle}->pointer }

sub CLONE_SKIP { return 1 }

sub _named {
    my (%more) = @_;
    my ($file_name, $content_type) = delete @more{qw(file_name content_type)};
    croak "unknown argument: $_" for sort keys %more;
    my @pairs = ([file_name => $file_name], [content_type => $content_type]);
    return map { defined $_->[1] ? Robofy::Arguments::text(@$_) : undef } @pairs;
}

1;
