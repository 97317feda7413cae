package io.hawser.room.connection;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.v1.Uplink;

/** What clients send up. One for each event loop, called on it alone. */
public interface Uplinks {
    /** Serves nobody. */
    Uplinks NONE = new Uplinks() {
        @Override
        public void onUplink(Attached binding, Uplink uplink) {
            binding.refuse(ErrorCode.UNIMPLEMENTED, "UPLINK: not served");
        }

        @Override
        public void onEnded(Attached binding) {
            // It never was.
        }
    };

    void onUplink(Attached binding, Uplink uplink);

    /** The binding has ended. Nothing can be said to it any more. */
    void onEnded(Attached binding);
}
