package io.hawser.keeper.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hawser.keeper.zookeeper.ZooKeeperPaths;
import java.nio.charset.StandardCharsets;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.data.Stat;

/**
 * Who goes by a name now, as its ephemeral node tells. The name's own node was read before: whoever takes the name away
 * writes that node in the version seen here, so that of two who found the holder dead one loses.
 *
 * @param nameVersion of the name's own node
 * @param nameText what stood there
 * @param nonce of the {@link NameHold}
 * @param process its {@link ProcessStamp}
 * @param session that the node ends with
 */
record Holder(int nameVersion, String nameText, String nonce, String process, long session) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** @throws KeeperException.NoNodeException where nobody goes by it */
    static Holder read(CuratorFramework client, String service, String name) throws Exception {
        Stat nameStat = new Stat();
        byte[] nameData = client.getData().storingStatIn(nameStat).forPath(ZooKeeperPaths.name(service, name));
        Stat stat = new Stat();
        JsonNode holder =
                JSON.readTree(client.getData().storingStatIn(stat).forPath(ZooKeeperPaths.holder(service, name)));
        return new Holder(
                nameStat.getVersion(),
                new String(nameData, StandardCharsets.UTF_8),
                holder.path("nonce").asText(),
                holder.path("process").asText(),
                stat.getEphemeralOwner());
    }

    /** What this process writes into the node. */
    static byte[] ownData(String nonce) {
        return JSON.createObjectNode()
                .put("nonce", nonce)
                .put("process", ProcessStamp.own())
                .toString()
                .getBytes(StandardCharsets.UTF_8);
    }

    boolean isDead() {
        return ProcessStamp.isDead(process);
    }
}
