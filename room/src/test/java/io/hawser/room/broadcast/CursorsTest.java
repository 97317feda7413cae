package io.hawser.room.broadcast;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.rpc.v1.SaveCursorsReply;
import io.hawser.rpc.v1.SaveCursorsRequest;
import io.hawser.rpc.v1.StoredCursor;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class CursorsTest {
    private record Asked(SaveCursorsRequest request, CompletableFuture<SaveCursorsReply> answer) {
        void succeed() {
            answer.complete(SaveCursorsReply.getDefaultInstance());
        }

        void fail() {
            answer.completeExceptionally(HawserException.refusal(ErrorCode.UNAVAILABLE, "saver: out"));
        }
    }

    private final Queue<Asked> asked = new ArrayDeque<>();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Cursors cursors = new Cursors(
            new LateStores(new TrueLog(), new Random(1)) {
                @Override
                public CompletableFuture<SaveCursorsReply> save(SaveCursorsRequest request) {
                    CompletableFuture<SaveCursorsReply> answer = new CompletableFuture<>();
                    asked.add(new Asked(request, answer));
                    return answer;
                }
            },
            () -> 1_500,
            new BroadcastMeters(registry));

    @Test
    void anOlderCopyIsNeverSavedAfterANewerOne() {
        put("alice", 1);
        var _ = cursors.flush();
        put("alice", 2);
        var _ = cursors.flush();
        assertThat(asked).hasSize(1);
        asked.remove().fail();
        var _ = cursors.flush();
        Asked second = asked.remove();
        assertThat(second.request().getCursors(0).getCursor().getLow()).isEqualTo(2);
        second.succeed();
        assertThat(cursors.flush()).isDone();
        assertThat(asked).isEmpty();
    }

    @Test
    void whatFillsSeveralRequestsGoesOneAfterTheOtherAtOnce() {
        for (int i = 0; i < 1_200; i++) {
            put("user-" + i, 7);
        }
        CompletableFuture<Void> flush = cursors.flush();
        for (int expected : new int[] {500, 500, 200}) {
            assertThat(flush).isNotDone();
            assertThat(asked).hasSize(1);
            Asked next = asked.remove();
            assertThat(next.request().getCursorsCount()).isEqualTo(expected);
            next.succeed();
        }
        assertThat(flush).isDone();
        assertThat(unsaved()).isZero();
        assertThat(count("saved")).isEqualTo(1_200);
    }

    @Test
    void afterAFailureTheRestWaitsForTheNextTime() {
        for (int i = 0; i < 600; i++) {
            put("user-" + i, 7);
        }
        CompletableFuture<Void> flush = cursors.flush();
        assertThat(unsaved()).isEqualTo(600);
        asked.remove().fail();
        assertThat(flush).isDone();
        assertThat(asked).isEmpty();
        assertThat(unsaved()).isEqualTo(600);
        var _ = cursors.flush();
        asked.remove().succeed();
        asked.remove().succeed();
        assertThat(unsaved()).isZero();
    }

    @Test
    void beyondTheLimitNewOnesAreDroppedAndKnownOnesRenewed() {
        for (int i = 0; i < 1_501; i++) {
            put("user-" + i, 7);
        }
        put("user-0", 8);
        assertThat(unsaved()).isEqualTo(1_500);
        assertThat(count("dropped")).isEqualTo(1);
    }

    private void put(String user, long low) {
        cursors.put("demo", user, "d1", StoredCursor.newBuilder().setLow(low).build());
    }

    private double unsaved() {
        return registry.get("hawser.room.broadcasts.cursors.unsaved").gauge().value();
    }

    private double count(String what) {
        return registry.get("hawser.room.broadcasts.cursors." + what).counter().count();
    }
}
