package io.hawser.saver.hold;

import io.hawser.rpc.id.UserKey;

/** An app's users in a slot. */
record SlotApp(int slot, String app) {
    static SlotApp of(UserKey user) {
        return new SlotApp(user.slot(), user.app().value());
    }
}
