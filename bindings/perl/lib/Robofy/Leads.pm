package Robofy::Leads;

# The leads that an agent has collected, one after another; each page is asked for when it is needed.

use strict;
use warnings;

use JSON::PP ();
use Robofy::Error;
use Robofy::Handle;
use Robofy::Native;

# The client and the handles of the leads and of how to call.
sub new {
    my ($class, $client, $leads, $call) = @_;
    return bless { client => $client, leads => $leads, call => $call, rows => [] }, $class;
}

# The next lead, parsed, as the service has written it; undef after the last one. Dies with a Robofy::Error.
sub next {
    my ($self) = @_;
    while (1) {
        while (@{ $self->{rows} }) {
            # A row that is null would pass for the end.
            my $lead = JSON::PP->new->allow_nonref->decode(shift @{ $self->{rows} });
            return $lead if defined $lead;
        }
        return undef if !$self->_turn;
    }
}

# Takes the next page's rows, if there is one.
sub _turn {
    my ($self) = @_;
    my ($client, $error) = ($self->{client}->_handle);
    my @pointers = map { $_->pointer } $self->{leads}, $client, $self->{call};
    my $pointer = Robofy::Native::robofy_leads_next(@pointers, \$error);
    die Robofy::Error->take($error) if defined $error;
    return 0 if !defined $pointer;
    my $page = Robofy::Handle->new(Page => $pointer);
    my $last = Robofy::Native::robofy_page_count($pointer) - 1;
    $self->{rows} = [map { Robofy::Native::text(Robofy::Native::robofy_page_row($pointer, $_)) } 0 .. $last];
    return 1;
}

sub CLONE_SKIP { return 1 }

1;
