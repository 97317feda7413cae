package io.hawser.keeper.registry;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.hawser.keeper.zookeeper.ZooKeeperPaths;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.KeeperException;

/** The note in a name's node that an incarnation left of its own will: {@code {"left": incarnation}}. */
public final class Departure {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Departure() {}

    static byte[] note(long incarnation) {
        return JSON.createObjectNode().put("left", incarnation).toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Returns whether this incarnation, or a later one, left of its own will. */
    public static boolean noted(CuratorFramework client, String service, String name, long incarnation)
            throws Exception {
        try {
            byte[] data = client.getData().forPath(ZooKeeperPaths.name(service, name));
            return data.length > 0 && JSON.readTree(data).path("left").asLong() >= incarnation;
        } catch (KeeperException.NoNodeException | IOException e) {
            return false;
        }
    }
}
