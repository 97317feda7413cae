package io.hawser.room.connection;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.v1.Pull;

/** Bodies that clients pull. One for each event loop, called on it alone. */
public interface Pulls {
    /** Serves nobody. */
    Pulls NONE = new Pulls() {
        @Override
        public void onPull(Attached binding, Pull pull) {
            binding.refuse(ErrorCode.UNIMPLEMENTED, "PULL: not served");
        }

        @Override
        public void onEnded(Attached binding) {
            // It never was.
        }
    };

    void onPull(Attached binding, Pull pull);

    /** The binding has ended. Nothing can be said to it any more. */
    void onEnded(Attached binding);
}
