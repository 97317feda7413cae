package io.hawser.register;

import io.hawser.rpc.v1.Session;
import io.hawser.rpc.v1.Stamp;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Counts the sessions that a lane holds: in all, by app, by room. Each that is held is dropped once. */
final class Holdings {
    private final Names names = new Names();
    private final Map<String, TenantCount> tenants = new HashMap<>();
    private int sessions;

    HeldSession hold(int slot, Session told, Stamp stamp, RoomLife room) {
        TenantCount tenant = tenants.computeIfAbsent(told.getApp(), TenantCount::new);
        tenant.sessions++;
        room.sessions++;
        sessions++;
        HeldSession held = new HeldSession(told, stamp, tenant, room, names, hash(told.getApp(), told.getUser()));
        held.addTo(room.digests, slot);
        return held;
    }

    void drop(int slot, HeldSession session) {
        session.removeFrom(session.room.digests, slot);
        session.room.sessions--;
        sessions--;
        if (--session.tenant.sessions == 0) {
            tenants.remove(session.tenant.app);
        }
    }

    int size() {
        return sessions;
    }

    int ofApp(String app) {
        TenantCount tenant = tenants.get(app);
        return tenant == null ? 0 : tenant.sessions;
    }

    static @Nullable HeldSession find(SlotSessions here, Session told) {
        byte[] user = told.getUserBytes().toByteArray();
        return here.find(told.getApp(), user, hash(told.getApp(), told.getUser()), told.getMailbox());
    }

    static int countOf(SlotSessions here, Session told) {
        byte[] user = told.getUserBytes().toByteArray();
        return here.countOf(told.getApp(), user, hash(told.getApp(), told.getUser()));
    }

    /** Where a user stands in the table of a slot. */
    static int hash(String app, String user) {
        int hash = app.hashCode() * 31 + user.hashCode();
        return hash ^ (hash >>> 16);
    }
}
