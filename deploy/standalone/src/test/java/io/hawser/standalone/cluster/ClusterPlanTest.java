package io.hawser.standalone.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.agent.AgentException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which port each thing has, and what becomes of that with the next start. */
final class ClusterPlanTest {
    private static final Map<Kind, Integer> ONE_ROOM = Map.of(Kind.ROOM, 1);

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource
    void eachProcessOfRedisHasItsPort(RedisForm form) {
        for (int base : new int[] {0, 8080}) {
            ClusterPlan plan = ClusterPlan.of(base, form, ONE_ROOM, Map.of());

            assertThat(plan.ports()).containsKeys(form.processes().toArray(String[]::new));
            assertThat(plan.ports().values()).doesNotHaveDuplicates();
        }
    }

    @Test
    void portsAreCountedFromTheBase() {
        assertThat(ClusterPlan.of(8080, RedisForm.SINGLE, ONE_ROOM, Map.of()).ports())
                .isEqualTo(Map.of(
                        "zookeeper", 8110,
                        "redis", 8111,
                        "mariadb", 8112,
                        "room-1", 8100,
                        "room-1/link", 8200,
                        "room-1/admin", 8300));
        assertThat(ClusterPlan.of(8080, RedisForm.SENTINEL, ONE_ROOM, Map.of()).ports())
                .containsEntry("redis-1", 8113)
                .containsEntry("redis-2", 8114)
                .containsEntry("sentinel-1", 8119)
                .containsEntry("sentinel-3", 8121)
                .doesNotContainKey("redis");
        assertThat(ClusterPlan.of(8080, RedisForm.CLUSTER, ONE_ROOM, Map.of()).ports())
                .containsEntry("redis-6", 8118)
                .containsEntry("redis-6/bus", 18_118);
    }

    @Test
    void nodesOfAClusterHearEachOtherTenThousandPortsHigher() {
        ClusterPlan plan = ClusterPlan.of(0, RedisForm.CLUSTER, ONE_ROOM, Map.of());

        assertThat(plan.redis().processes())
                .allSatisfy(node -> assertThat(plan.port(node + "/bus")).isEqualTo(plan.port(node) + 10_000));
    }

    @Test
    void aBaseThatLeavesNoPortsIsRefused() {
        assertThatThrownBy(() -> ClusterPlan.of(65_277, RedisForm.SENTINEL, ONE_ROOM, Map.of()))
                .isInstanceOf(AgentException.class)
                .hasMessage("--port-base: 65277 (expected: 1 to 65276, or 0 for free ports)");
        assertThatThrownBy(() -> ClusterPlan.of(55_277, RedisForm.CLUSTER, ONE_ROOM, Map.of()))
                .isInstanceOf(AgentException.class)
                .hasMessage("--port-base: 55277 (expected: 1 to 55276, or 0 for free ports)");
    }

    @Test
    void saversFindRedisByItsForm() {
        assertThat(uri(RedisForm.SINGLE)).isEqualTo("redis://127.0.0.1:8111");
        assertThat(uri(RedisForm.SENTINEL))
                .isEqualTo("redis-sentinel://127.0.0.1:8119,127.0.0.1:8120,127.0.0.1:8121#hawser");
        assertThat(uri(RedisForm.CLUSTER))
                .startsWith("redis-cluster://127.0.0.1:8113,")
                .endsWith(",127.0.0.1:8118");
    }

    @Test
    void freePortsAreKeptForTheNextStart() throws Exception {
        ClusterPlan plan = ClusterPlan.of(0, RedisForm.CLUSTER, ONE_ROOM, Map.of());
        plan.write(directory);

        ClusterPlan read = ClusterPlan.read(directory);

        assertThat(read).isEqualTo(plan);
        assertThat(ClusterPlan.of(0, read.redis(), ONE_ROOM, read.portsUnder(read.redis())))
                .isEqualTo(plan);
    }

    @Test
    void anotherFormOfRedisHasOtherPortsAndAllElseKeepsItsOwn() {
        ClusterPlan earlier = ClusterPlan.of(0, RedisForm.SENTINEL, ONE_ROOM, Map.of());

        Map<String, Integer> kept = earlier.portsUnder(RedisForm.CLUSTER);

        assertThat(kept).doesNotContainKeys("redis-1", "redis-2", "sentinel-1").containsKeys("zookeeper", "room-1");
        assertThat(ClusterPlan.of(0, RedisForm.CLUSTER, ONE_ROOM, kept).ports()).containsAllEntriesOf(kept);
    }

    @Test
    void aPlanOfAnEarlierReleaseHasOneRedis() throws Exception {
        Files.writeString(
                directory.resolve("cluster.json"),
                "{\"base\": 0, \"counts\": {\"ROOM\": 1}, \"ports\": {\"redis\": 20001}}");

        assertThat(ClusterPlan.read(directory).redis()).isEqualTo(RedisForm.SINGLE);
    }

    @Test
    void aSingleRedisMayBeToldOfUnderAnotherHostAndServersThatTellOfEachOtherMayNot() {
        assertThat(uri(RedisForm.SINGLE, "127.0.0.2")).isEqualTo("redis://127.0.0.2:8111");
        assertThat(uri(RedisForm.SENTINEL, "127.0.0.2")).isEqualTo(uri(RedisForm.SENTINEL));
        assertThat(uri(RedisForm.CLUSTER, "127.0.0.2")).isEqualTo(uri(RedisForm.CLUSTER));
    }

    @Test
    void aFormThatThereIsNotIsRefused() {
        assertThatThrownBy(() -> RedisForm.parse("sentinels"))
                .isInstanceOf(AgentException.class)
                .hasMessage("--redis: sentinels (expected: single, sentinel, cluster, or the URI of one that runs, such"
                        + " as redis://host:6379)");
        assertThat(RedisForm.parse("cluster")).isEqualTo(RedisForm.CLUSTER);
    }

    private static String uri(RedisForm form) {
        return uri(form, "127.0.0.1");
    }

    private static String uri(RedisForm form, String host) {
        return form.uri(ClusterPlan.of(8080, form, ONE_ROOM, Map.of()), host);
    }
}
