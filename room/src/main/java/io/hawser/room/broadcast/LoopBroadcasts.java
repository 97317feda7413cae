package io.hawser.room.broadcast;

import io.hawser.room.connection.Attached;
import io.hawser.room.connection.Broadcasts;
import io.hawser.room.connection.Host;
import io.hawser.rpc.v1.App;
import io.hawser.rpc.v1.PaceReport;
import io.hawser.wire.v1.Bind;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The apps of one event loop, which take turns: each serves some members, then the loop looks after its sockets and its
 * heartbeats, then the next one has its turn.
 */
final class LoopBroadcasts implements Broadcasts {
    private final LoopContext context;
    private final Map<String, LocalApp> apps = new HashMap<>();
    private final Set<LocalApp> busy = new LinkedHashSet<>();
    private final Transients<Transient> transients = new Transients<>(TransientRun::new);
    private boolean turning;

    LoopBroadcasts(Host host, Parts parts) {
        Compression compression =
                new Compression(parts.memory(), () -> parts.config().get().compression(), parts.meters());
        this.context = new LoopContext(
                host,
                parts,
                new Turns(() -> parts.config().get().readsPerLoop()),
                new Turns(() -> parts.config().get().reloadsPerLoop()),
                compression,
                new Encoded(
                        parts.memory(),
                        () -> parts.config().get().encodedBytes().bytes(),
                        compression,
                        parts.meters()),
                parts.randoms().get(),
                this);
    }

    @Override
    public Listener admit(Attached binding, App app, Bind bind, List<String> tokenGroups) {
        Permission.check(bind.getGroupsList(), tokenGroups, app.getClientGroupsList());
        Permission.check(bind.getCursor());
        return new Member(app(app.getId()), binding, bind, tokenGroups, app.getClientGroupsList());
    }

    private LocalApp app(String id) {
        LocalApp known = apps.get(id);
        return known == null ? begin(id) : known;
    }

    private LocalApp begin(String id) {
        LocalApp begun = new LocalApp(id, context);
        apps.put(id, begun);
        context.parts().following().join(begun);
        return begun;
    }

    void drop(LocalApp app) {
        apps.remove(app.app(), app);
        busy.remove(app);
        app.close();
        context.parts().following().leave(app);
        if (apps.isEmpty()) {
            context.encoded().release();
            context.compression().release();
        }
    }

    @Override
    public boolean compresses() {
        return context.compression().isOn();
    }

    @Nullable
    LocalApp find(String id) {
        return apps.get(id);
    }

    Host host() {
        return context.host();
    }

    @Override
    public void onTick() {
        for (LocalApp app : apps.values()) {
            if (app.onTick()) {
                busy(app);
            }
        }
    }

    /** The app has something to do: it gets its turn. */
    void busy(LocalApp app) {
        busy.add(app);
        turnLater();
    }

    private void turnLater() {
        if (!turning) {
            turning = true;
            context.host().afterOthers(this::turn);
        }
    }

    private void turn() {
        turning = false;
        try {
            serveSome(context.parts().config().get().membersATurn());
        } finally {
            // Whatever is wrong with one app, the others have their turns.
            context.host().flush();
            if (busy.isEmpty()) {
                context.encoded().release();
            }
            if (!busy.isEmpty() || !transients.isEmpty()) {
                turnLater();
            }
        }
    }

    private void serveSome(int members) {
        transients.goOn(members);
        if (!busy.isEmpty()) {
            LocalApp app = busy.iterator().next();
            busy.remove(app);
            if (app.work(members)) {
                busy.add(app);
            }
        }
    }

    /** Returns false where too many of its app's are under way. */
    boolean begin(Transient toAll) {
        if (!transients.add(
                toAll.app().app(),
                toAll.groups(),
                toAll,
                context.parts().config().get().transientsPerLoop())) {
            return false;
        }
        turnLater();
        return true;
    }

    /** Where this loop is with an entry. */
    PaceReport report(String id, long bseq) {
        LocalApp app = apps.get(id);
        return app == null ? PaceReport.newBuilder().setFinished(true).build() : app.report(bseq);
    }
}
