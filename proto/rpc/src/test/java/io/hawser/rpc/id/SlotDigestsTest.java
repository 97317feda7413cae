package io.hawser.rpc.id;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.rpc.v1.Location;
import io.hawser.rpc.v1.Session;
import io.hawser.rpc.v1.Stamp;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SlotDigestsTest {
    @Test
    void theSameSessionsHaveTheSameDigestInWhateverOrderTheyCame() {
        List<Session> sessions = new ArrayList<>(
                LongStream.range(0, 1_000).mapToObj(n -> session(n, 1, 7, n)).toList());
        SlotDigests one = digests(sessions);
        Collections.shuffle(sessions, new Random(1));

        assertThat(digests(sessions).match(one.of(3))).isTrue();
    }

    @Test
    void onePlaceOrStampThatDiffersMakesAnother() {
        Set<Integer> hashes = new HashSet<>();
        IntStream.range(0, 4)
                .mapToObj(field ->
                        session(field == 0 ? 2 : 1, field == 1 ? 2 : 1, field == 2 ? 2 : 1, field == 3 ? 2 : 1))
                .forEach(session -> hashes.add(digests(List.of(session)).of(3).getHash()));

        assertThat(hashes).hasSize(4);
    }

    @Test
    void whatComesAndGoesLeavesNothingBehind() {
        SlotDigests digests = new SlotDigests(4);
        digests.add(9, session(1, 1, 7, 1));
        digests.add(9, session(2, 1, 7, 2));
        digests.remove(9, 1, 1, 7, 1);
        digests.remove(9, 2, 1, 7, 2);

        assertThat(digests.match(new SlotDigests().of(9))).isTrue();
    }

    private static SlotDigests digests(List<Session> sessions) {
        SlotDigests digests = new SlotDigests();
        sessions.forEach(session -> digests.add(3, session));
        return digests;
    }

    private static Session session(long connection, int binding, long version, long counter) {
        return Session.newBuilder()
                .setLocation(Location.newBuilder().setConnection(connection).setBinding(binding))
                .setStamp(Stamp.newBuilder().setMembershipVersion(version).setCounter(counter))
                .build();
    }
}
