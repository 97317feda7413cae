package io.hawser.room.connection;

import io.hawser.rpc.v1.Kick;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.v1.Uplink;

/** What goes up to the apps' back ends: what clients send, and what is told of them. One for each event loop, called on it alone. */
public interface Uplinks {
    /** Serves nobody. */
    Uplinks NONE = new Uplinks() {
        @Override
        public void onUplink(Attached binding, Uplink uplink) {
            binding.refuse(ErrorCode.UNIMPLEMENTED, "UPLINK: not served");
        }

        @Override
        public int maxBodyBytes(String app) {
            return 0;
        }

        @Override
        public void onDelivered(Attached binding, long since, long seq) {
            // Nobody listens.
        }

        @Override
        public void onKicked(Attached binding, Kick kick) {
            // Nobody listens.
        }

        @Override
        public void onEnded(Attached binding) {
            // It never was.
        }
    };

    void onUplink(Attached binding, Uplink uplink);

    /** Largest body of an uplink that the app takes. */
    int maxBodyBytes(String app);

    /** The saver knows that the client has all messages of its mailbox in (since, seq]. The binding may have ended. */
    void onDelivered(Attached binding, long since, long seq);

    /** The binding is about to end, for another's sake. */
    void onKicked(Attached binding, Kick kick);

    /** The binding has ended. Nothing can be said to it any more. */
    void onEnded(Attached binding);
}
