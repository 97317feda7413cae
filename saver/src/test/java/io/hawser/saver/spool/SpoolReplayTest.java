package io.hawser.saver.spool;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.hawser.rpc.id.Slot;
import io.hawser.rpc.v1.AppendReply;
import io.hawser.rpc.v1.AppendRequest;
import io.hawser.saver.journal.LogId;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The way out of the spool, step by step: time passes when the test says so. */
final class SpoolReplayTest {
    private record Later(Runnable task, long millis) {}

    private final Map<String, ErrorCode> refusals = new HashMap<>();
    private final Set<String> committed = new HashSet<>();
    private final List<String> tried = new ArrayList<>();
    private final List<String> aside = new ArrayList<>();
    private final ArrayDeque<Later> later = new ArrayDeque<>();
    private boolean asideWorks = true;

    private final SpoolReplay replay = new SpoolReplay(
            request -> {
                String text = request.getContent().toStringUtf8();
                tried.add(text);
                ErrorCode refusal = refusals.get(text);
                return refusal == null
                        ? CompletableFuture.completedFuture(AppendReply.getDefaultInstance())
                        : CompletableFuture.failedFuture(HawserException.refusal(refusal, "told to"));
            },
            Runnable::run,
            (task, millis) -> later.add(new Later(task, millis)),
            new SpoolReplay.Exits() {
                @Override
                public void committed(Spooled spooled) {
                    committed.add(text(spooled));
                }

                @Override
                public boolean putAside(Spooled spooled, Throwable why) {
                    return asideWorks && aside.add(text(spooled));
                }

                @Override
                public void failing(Throwable why) {}
            });

    @Test
    void whoIsRefusedKeepsNobodyElseWaiting() {
        refusals.put("bad", ErrorCode.INVALID_ARGUMENT);
        add("alice", "bad");
        add("alice", "behind it");
        add("bob", "good");
        replay.run();
        assertThat(committed).containsExactly("good");
        refusals.clear();
        passTime();
        assertThat(committed).containsExactlyInAnyOrder("good", "bad", "behind it");
        assertThat(tried).containsSubsequence("bad", "behind it");
    }

    @Test
    void whatIsRefusedAgainAndAgainIsPutAsideAndItsUserGoesOn() {
        refusals.put("bad", ErrorCode.MAILBOX_FULL);
        add("alice", "bad");
        add("alice", "behind it");
        replay.run();
        List<Long> pauses = new ArrayList<>();
        while (!later.isEmpty()) {
            pauses.add(later.element().millis());
            passTime();
        }
        assertThat(pauses)
                .hasSize(SpoolReplay.MAX_REFUSALS - 1)
                .startsWith(500L, 1_000L, 2_000L)
                .endsWith(64_000L, 64_000L);
        assertThat(aside).containsExactly("bad");
        assertThat(committed).containsExactly("behind it");
    }

    @Test
    void whatCannotBePutAsideIsTriedOn() {
        refusals.put("bad", ErrorCode.INTERNAL);
        asideWorks = false;
        add("alice", "bad");
        replay.run();
        for (int i = 0; i < 2 * SpoolReplay.MAX_REFUSALS; i++) {
            passTime();
        }
        assertThat(aside).isEmpty();
        refusals.clear();
        passTime();
        assertThat(committed).containsExactly("bad");
    }

    /** Its slot is not served, those of others are. */
    @Test
    void anOwnerThatDoesNotServeKeepsNobodyWaitingButItsOwn() {
        for (int user = 0; user < 200; user++) {
            refusals.put("bad" + user, user % 2 == 0 ? ErrorCode.UNAVAILABLE : ErrorCode.NOT_OWNER);
            add("u" + user, "bad" + user);
        }
        for (int user = 0; user < 200; user++) {
            add("other-" + user, "good" + user);
        }
        replay.run();
        Set<Integer> bad = IntStream.range(0, 200)
                .mapToObj(user -> Slot.of("demo", "u" + user))
                .collect(Collectors.toSet());
        List<String> good = IntStream.range(0, 200)
                .filter(user -> !bad.contains(Slot.of("demo", "other-" + user)))
                .mapToObj(user -> "good" + user)
                .toList();
        assertThat(committed).containsAll(good);
        assertThat(tried).as("one of a slot").hasSize(bad.size() + committed.size());
    }

    /** One finds out that its slot is served again, and those that waited for that follow. */
    @Test
    void theUsersOfASlotThatIsNotServedAskOneAfterTheOther() {
        for (String user : inOneSlot(5)) {
            refusals.put(user, ErrorCode.DEADLINE_EXCEEDED);
            add(user, user);
        }
        replay.run();
        assertThat(tried).hasSize(1);
        passTime();
        assertThat(tried).hasSize(2);
        refusals.clear();
        passTime();
        assertThat(committed).hasSize(5);
    }

    /** Its app has its share, and the slot is served: others of the same slot go on. */
    @Test
    void whoFindsNoRoomWaitsAlone() {
        List<String> users = inOneSlot(2);
        refusals.put("no room", ErrorCode.RESOURCE_EXHAUSTED);
        add(users.get(0), "no room");
        add(users.get(1), "good");
        replay.run();
        assertThat(committed).containsExactly("good");
        for (int i = 0; i < 2 * SpoolReplay.MAX_REFUSALS; i++) {
            passTime();
        }
        assertThat(aside).isEmpty();
        refusals.clear();
        passTime();
        assertThat(committed).containsExactlyInAnyOrder("good", "no room");
    }

    /** It is found out by one, and nothing is ever put aside for it. */
    @Test
    void anOutageIsWaitedForHoweverLongItTakes() {
        for (int user = 0; user < 200; user++) {
            refusals.put("m" + user, ErrorCode.UNAVAILABLE);
            add("u" + user, "m" + user);
        }
        replay.run();
        int first = tried.size();
        assertThat(later).allMatch(each -> each.millis() >= 500).anyMatch(each -> each.millis() > 1_000);
        for (int i = 0; i < 100; i++) {
            passTime();
        }
        assertThat(tried).hasSize(first + 100);
        refusals.clear();
        passTime();
        assertThat(committed).hasSize(200);
        assertThat(aside).isEmpty();
    }

    private static List<String> inOneSlot(int count) {
        int slot = Slot.of("demo", "u");
        return Stream.iterate(0, n -> n + 1)
                .map(n -> "u" + n)
                .filter(user -> Slot.of("demo", user) == slot)
                .limit(count)
                .toList();
    }

    private void passTime() {
        later.remove().task().run();
    }

    private void add(String user, String text) {
        AppendRequest request = AppendRequest.newBuilder()
                .setApp("demo")
                .setUser(user)
                .setRequestId("id of " + text)
                .setContent(ByteString.copyFromUtf8(text))
                .build();
        replay.add(new Spooled(new LogId(Slot.of("demo", user), "demo", user), request));
    }

    private static String text(Spooled spooled) {
        return spooled.request.getContent().toStringUtf8();
    }
}
