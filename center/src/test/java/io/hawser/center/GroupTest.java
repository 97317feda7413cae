package io.hawser.center;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jwt.SignedJWT;
import io.hawser.center.platform.Api.Answer;
import io.hawser.center.platform.Platform;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Groups, as back ends keep them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GroupTest {
    private static final String GROUPS = "/v1/apps/demo/groups";
    private static final String VIP = GROUPS + "/vip/members";

    private Platform platform;

    @BeforeAll
    void startThePlatform() {
        platform = Platform.start();
    }

    @AfterAll
    void stopThePlatform() {
        platform.close();
    }

    @Test
    void membersAreAddedOnceAndRemovedOnce() {
        String once = GROUPS + "/once/members";
        String members = "{\"members\": [{\"user\": \"alice\"}, {\"user\": \"alice\"}, {\"user\": \"bob\", "
                + "\"device\": \"phone\"}]}";
        assertThat(post(once + ":add", members).path("added").asInt()).isEqualTo(2);
        assertThat(post(once + ":add", members).path("added").asInt()).isZero();
        String alice = "{\"members\": [{\"user\": \"alice\"}]}";
        assertThat(post(once + ":remove", alice).path("removed").asInt()).isEqualTo(1);
        assertThat(post(once + ":remove", alice).path("removed").asInt()).isZero();
    }

    @Test
    void membersAreListedInPages() {
        post(
                VIP + ":add",
                "{\"members\": [{\"user\": \"a\"}, {\"user\": \"b\", \"device\": \"x\"}, {\"user\": \"c\"}]}");
        JsonNode first = get(VIP + "?pageSize=2");
        assertThat(first.path("total").asText()).isEqualTo("3");
        assertThat(first.path("members").findValuesAsText("user")).containsExactly("a", "b");
        assertThat(first.path("members").findValuesAsText("device")).containsExactly("", "x");
        JsonNode second =
                get(VIP + "?pageSize=2&pageToken=" + first.path("nextPageToken").asText());
        assertThat(second.path("members").findValuesAsText("user")).containsExactly("c");
        assertThat(second.path("nextPageToken").asText()).isEmpty();
    }

    @Test
    void groupsAreListedByNameWithTheirCounts() {
        post(GROUPS + "/~1/members:add", "{\"members\": [{\"user\": \"a\"}, {\"user\": \"b\"}]}");
        post(GROUPS + "/~0/members:add", "{\"members\": [{\"user\": \"a\"}]}");
        List<JsonNode> listed = new ArrayList<>();
        String token = "";
        do {
            JsonNode page = get(GROUPS + "?pageSize=1&pageToken=" + token);
            page.path("groups").forEach(listed::add);
            token = page.path("nextPageToken").asText();
        } while (!token.isEmpty());
        assertThat(listed)
                .extracting(group -> group.path("name").asText() + " "
                        + group.path("members").asText())
                .containsSubsequence("apps/demo/groups/~0 1", "apps/demo/groups/~1 2");
    }

    @Test
    void aUsersGroupsAreThoseOfItsDevicesToo() {
        post(GROUPS + "/tvs/members:add", "{\"members\": [{\"user\": \"zoe\", \"device\": \"tv\"}]}");
        post(GROUPS + "/news/members:add", "{\"members\": [{\"user\": \"zoe\"}, {\"user\": \"b\"}]}");
        JsonNode groups = get("/v1/apps/demo/users/zoe/groups").path("groups");
        assertThat(groups.findValuesAsText("group")).containsExactly("news", "tvs");
        assertThat(groups.findValuesAsText("device")).containsExactly("", "tv");
    }

    @Test
    void namesAreAnyTextThatIsEncodedInThePath() {
        post(GROUPS + "/%D0%B6%20%2F1/members:add", "{\"members\": [{\"user\": \"ivan\"}]}");
        assertThat(get("/v1/apps/demo/users/ivan/groups").path("groups").findValuesAsText("group"))
                .containsExactly("ж /1");
    }

    @Test
    void aTokenSaysWhichGroupsItsClientMayJoin() throws Exception {
        String token = post(
                        "/v1/apps/demo/tokens:issue", "{\"user\": \"a\", \"groups\": [\"vip\", \"news.*\", \"vip\"]}")
                .path("token")
                .asText();
        assertThat(SignedJWT.parse(token).getJWTClaimsSet().getStringListClaim("groups"))
                .containsExactly("vip", "news.*");
    }

    @Test
    void anAppSaysWhichGroupsItsClientsMayJoinAndHowFastItsBroadcastsAre() {
        var admin = platform.api.with(platform.operatorKey("admin"));
        JsonNode made = admin.post(
                        "/v1/apps",
                        "{\"app\": {\"id\": \"grouped\", \"clientGroups\": [\"a\", \"b.*\"], "
                                + "\"maxBroadcastMembersPerSecond\": 500}}")
                .json()
                .path("app");
        assertThat(made.path("clientGroups")).extracting(JsonNode::asText).containsExactly("a", "b.*");
        assertThat(made.path("maxBroadcastMembersPerSecond").asInt()).isEqualTo(500);
        JsonNode changed = admin.put(
                        "/v1/apps/grouped",
                        "{\"version\": \"" + made.path("version").asText() + "\"}")
                .json();
        assertThat(changed.path("clientGroups")).isEmpty();
        assertThat(changed.path("maxBroadcastMembersPerSecond").asInt()).isZero();
        Answer refused = admin.post("/v1/apps", "{\"app\": {\"id\": \"starred\", \"clientGroups\": [\"*a\"]}}");
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.detail()).startsWith("app.clientGroups[0]: group: has U+002A");
    }

    @Test
    void whoMayReadMayNotChange() {
        var viewer = platform.api.with(platform.operatorKey("viewer"));
        assertThat(viewer.get(GROUPS).status()).isEqualTo(200);
        Answer refused = viewer.post(VIP + ":add", "{\"members\": [{\"user\": \"a\"}]}");
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.detail()).contains("groups.write");
    }

    private JsonNode post(String path, String body) {
        Answer answer = platform.api.post(path, body);
        assertThat(answer.status()).as(answer.http().body()).isEqualTo(200);
        return answer.json();
    }

    private JsonNode get(String path) {
        Answer answer = platform.api.get(path);
        assertThat(answer.status()).as(answer.http().body()).isEqualTo(200);
        return answer.json();
    }
}
