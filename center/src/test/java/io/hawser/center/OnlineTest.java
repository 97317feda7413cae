package io.hawser.center;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.hawser.center.platform.Api;
import io.hawser.center.platform.Api.Answer;
import io.hawser.center.platform.Platform;
import io.hawser.rpc.id.Slot;
import io.hawser.rpc.link.Peer;
import io.hawser.rpc.v1.CredentialKind;
import io.hawser.rpc.v1.OnlineCounts;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How many of an app are connected, and who. */
class OnlineTest {
    private static final String COUNTS = "/v1/apps/demo/online";
    private static final String USERS = COUNTS + "/users";
    private final Platform platform = Platform.start();

    @AfterEach
    void stopThePlatform() {
        platform.close();
    }

    @Test
    void countsAreSummedOverTheRegisters() {
        platform.register.counts = OnlineCounts.newBuilder()
                .setUsers(5)
                .setSessions(7)
                .putSessionsByZone("b", 4)
                .putSessionsByZone("a", 3)
                .putSessionsByClientVersion("1.0", 2)
                .putSessionsByClientVersion("1.1", 4)
                .setSessionsOfOtherVersions(1)
                .build();
        BitSet half = new BitSet(Slot.COUNT);
        half.set(0, Slot.COUNT / 2);
        platform.register.countedNext.add(half);
        platform.register.owned.clear(0, Slot.COUNT / 2);
        joinRegisters(platform.register.port(), platform.register.port());

        JsonNode counts = ok(platform.api.get(COUNTS));

        assertThat(counts.path("slotsUncounted").asInt()).isZero();
        assertThat(counts.path("users").asInt()).isEqualTo(10);
        assertThat(counts.path("sessions").asInt()).isEqualTo(14);
        assertThat(texts(counts.path("zones"), "name")).containsExactly("a", "b");
        assertThat(texts(counts.path("zones"), "sessions")).containsExactly("6", "8");
        assertThat(texts(counts.path("clientVersions"), "name")).containsExactly("1.1", "1.0");
        assertThat(counts.path("otherVersions").asInt()).isEqualTo(2);
        assertThat(counts.path("missing")).isEmpty();
    }

    @Test
    void whileSlotsAreOnTheirWayItIsCountedAgain() {
        platform.register.countedNext.add(new BitSet());
        assertThat(ok(platform.api.get(COUNTS)).path("slotsUncounted").asInt()).isZero();
        assertThat(platform.register.countedNext).isEmpty();
    }

    @Test
    void slotsThatNoRegisterKnowsAllOfAreTold() {
        platform.register.owned.clear(7, 10);
        assertThat(ok(platform.api.get(COUNTS)).path("slotsUncounted").asInt()).isEqualTo(3);
        assertThat(platform.register.timesCounted).hasValueGreaterThan(1);
    }

    @Test
    void roomsThatHaveNotToldAreNotWaitedFor() {
        platform.register.owned.clear(7, 10);
        platform.register.leftToRooms.set(7, 10);
        assertThat(ok(platform.api.get(COUNTS)).path("slotsUncounted").asInt()).isEqualTo(3);
        assertThat(platform.register.timesCounted).hasValue(1);
    }

    @Test
    void aRegisterThatCannotSayWhatItCountedIsAskedOnce() {
        platform.register.saysNoSlots = true;
        platform.register.counts = OnlineCounts.newBuilder().setUsers(5).build();
        assertThat(ok(platform.api.get(COUNTS)).path("users").asInt()).isEqualTo(5);
        assertThat(platform.register.timesCounted).hasValue(1);
    }

    @Test
    void versionsBeyondAHundredAreCountedTogether() {
        OnlineCounts.Builder counts = OnlineCounts.newBuilder().setSessionsOfOtherVersions(5);
        IntStream.range(0, 110).forEach(n -> counts.putSessionsByClientVersion("v" + n, 200 - n));
        platform.register.counts = counts.build();

        JsonNode told = ok(platform.api.get(COUNTS));

        assertThat(told.path("clientVersions")).hasSize(100);
        assertThat(told.path("otherVersions").asInt())
                .isEqualTo(5 + IntStream.range(100, 110).map(n -> 200 - n).sum());
    }

    @Test
    void aRegisterThatDoesNotAnswerIsNamed() {
        joinRegisters(platform.register.port(), 1);
        assertThat(ok(platform.api.get(COUNTS)).path("missing").path(0).asText())
                .isEqualTo("register-2");
    }

    @Test
    void usersComeInPagesEachOnOneOfThem() {
        List<String> users = bringOnline(57);

        List<String> listed = new ArrayList<>();
        JsonNode page;
        String token = "";
        do {
            page = ok(platform.api.get(USERS + "?pageSize=10&pageToken=" + token));
            assertThat(page.path("users").size()).isLessThanOrEqualTo(10);
            listed.addAll(texts(page.path("users"), "user"));
            token = page.path("nextPageToken").asText();
        } while (!token.isEmpty());

        assertThat(listed).containsExactlyInAnyOrderElementsOf(users);
    }

    @Test
    void aPageGoesOnAsFarAsThereIsToLook() {
        List<String> users = bringOnline(20);

        JsonNode page = ok(platform.api.get(USERS));

        assertThat(texts(page.path("users"), "user")).containsExactlyInAnyOrderElementsOf(users);
        assertThat(page.path("users").path(0).path("devices").path(0).asText()).isEqualTo("phone");
        assertThat(page.path("nextPageToken").asText()).isEmpty();
        assertThat(platform.register.listed).hasSize(4);
    }

    @Test
    void nobodyOfASlotBetweenTwoOwnersIsLeftOut() {
        List<String> users = bringOnline(20);
        int ownerless = Slot.of("demo", users.get(7));
        platform.register.owned.clear(ownerless);

        assertThat(platform.api.get(USERS).code()).isEqualTo("UNAVAILABLE");

        platform.register.owned.set(ownerless);
        assertThat(ok(platform.api.get(USERS)).path("users")).hasSize(20);
    }

    @Test
    void onlyAKeyThatMayReadUsersIsTold() {
        String key = platform.keyOf(Platform.credential(CredentialKind.APP_KEY, "demo", List.of("messages.send")));
        Api other = platform.api.with(key);
        assertThat(other.get(COUNTS).code()).isEqualTo("PERMISSION_DENIED");
        assertThat(other.get(USERS).code()).isEqualTo("PERMISSION_DENIED");
        assertThat(platform.api.get("/v1/apps/other/online").code()).isEqualTo("PERMISSION_DENIED");
        assertThat(platform.api.get("/v1/apps/other/online/users").code()).isEqualTo("PERMISSION_DENIED");
    }

    @Test
    void aTokenOfAnotherListAndAPageTooLargeAreRefused() {
        String empty = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(ByteBuffer.allocate(4).array());
        assertThat(platform.api.get(USERS + "?pageToken=" + empty).code()).isEqualTo("INVALID_ARGUMENT");
        assertThat(platform.api.get(USERS + "?pageToken=AAAA").code()).isEqualTo("INVALID_ARGUMENT");
        assertThat(platform.api.get(USERS + "?pageSize=1001").detail())
                .isEqualTo("pageSize: 1001 (expected: 0 to 1000)");
    }

    private List<String> bringOnline(int count) {
        List<String> users =
                IntStream.range(0, count).mapToObj(n -> "user-" + n).toList();
        users.forEach(platform::online);
        return users;
    }

    private void joinRegisters(int... ports) {
        platform.context
                .of("register")
                .set(IntStream.range(0, ports.length)
                        .mapToObj(i -> new Peer("register", "register-" + (i + 1), "127.0.0.1", ports[i], 1, ""))
                        .toArray(Peer[]::new));
    }

    private static JsonNode ok(Answer answer) {
        assertThat(answer.status()).as(answer.http().body()).isEqualTo(200);
        return answer.json();
    }

    private static List<String> texts(JsonNode list, String field) {
        return list.valueStream().map(each -> each.path(field).asText()).toList();
    }
}
