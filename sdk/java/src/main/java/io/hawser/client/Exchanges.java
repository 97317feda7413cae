package io.hawser.client;

import io.hawser.wire.v1.Groups;
import io.hawser.wire.v1.Pulled;
import io.hawser.wire.v1.UplinkAck;

/** What the client asks and says by itself, over whatever connection there is: each part waits for the next one. */
final class Exchanges {
    final Uplinks uplinks;
    final Requests requests = new Requests();
    final GroupChanges groups = new GroupChanges();
    final Puller puller;

    Exchanges(Uplinks uplinks, Puller puller) {
        this.uplinks = uplinks;
        this.puller = puller;
    }

    /** The reader: a binding was made. */
    void bound(Outbound out) {
        uplinks.bound(out);
        requests.bound(out);
        groups.bound(out);
        puller.bound(out);
    }

    void unbound() {
        uplinks.unbound();
        requests.unbound();
        groups.unbound();
        puller.unbound();
    }

    void answered(UplinkAck ack) {
        if (ack.getNumber() == 0) {
            requests.refused(ack);
        } else {
            uplinks.answered(ack);
        }
    }

    void answered(Groups answer) {
        groups.answered(answer);
    }

    void answered(Pulled part) {
        puller.answered(part);
    }
}
