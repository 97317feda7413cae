package io.hawser.client;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
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

    /** The client has ended, closed by the app or for good: every future completes. */
    void end() {
        uplinks.end();
        requests.end();
        groups.end();
    }

    /** @throws HawserException FAILED_PRECONDITION */
    static void refuseIf(boolean ended) {
        if (ended) {
            throw HawserException.refusal(ErrorCode.FAILED_PRECONDITION, "client: closed (expected: one that is open)");
        }
    }

    static HawserException cancelled(String what) {
        return HawserException.refusal(ErrorCode.CANCELLED, what + ": the client was closed before the answer");
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
