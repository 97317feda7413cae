package io.hawser.room.connection;

import io.hawser.rpc.v1.EndReason;
import io.hawser.rpc.v1.Session;
import io.hawser.rpc.v1.Stamp;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A register that answers when the test says so. */
final class HeldSessions implements Sessions {
    final List<HeldMailboxes.Held<Session, Stamp>> enters = new ArrayList<>();
    final List<Session> left = new ArrayList<>();
    /** Of those who left. */
    final List<EndReason> reasons = new ArrayList<>();
    /** Milliseconds that their clients were away before. */
    final List<Long> away = new ArrayList<>();

    final List<HeldMailboxes.Held<Session, Boolean>> confirms = new ArrayList<>();

    @Override
    public CompletableFuture<Stamp> enter(Session session) {
        CompletableFuture<Stamp> answer = new CompletableFuture<>();
        enters.add(new HeldMailboxes.Held<>(session, answer));
        return answer;
    }

    @Override
    public CompletableFuture<Boolean> confirm(Session session) {
        CompletableFuture<Boolean> answer = new CompletableFuture<>();
        confirms.add(new HeldMailboxes.Held<>(session, answer));
        return answer;
    }

    @Override
    public void leave(Session session, EndReason why, long awayMs) {
        left.add(session);
        reasons.add(why);
        away.add(awayMs);
    }
}
