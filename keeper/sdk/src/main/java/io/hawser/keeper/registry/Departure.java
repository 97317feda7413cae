package io.hawser.keeper.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.hawser.keeper.zookeeper.ZooKeeperPaths;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.KeeperException;

/**
 * The note in a name's node on how an incarnation went: {@code {"left": incarnation}}, of its own will, or
 * {@code {"ended": incarnation}}, where others saw its process end.
 */
public final class Departure {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String LEFT = "left";
    private static final String ENDED = "ended";

    private Departure() {}

    static byte[] note(long incarnation) {
        return note(LEFT, incarnation);
    }

    static byte[] endNote(long incarnation) {
        return note(ENDED, incarnation);
    }

    /** Returns whether this incarnation, or a later one, left of its own will. */
    public static boolean noted(CuratorFramework client, String service, String name, long incarnation)
            throws Exception {
        return read(client, service, name).path(LEFT).asLong() >= incarnation;
    }

    /** Returns whether this incarnation, or a later one, has gone for certain: it left, or its process was seen to end. */
    static boolean isCertain(CuratorFramework client, String service, String name, long incarnation) throws Exception {
        JsonNode note = read(client, service, name);
        return Math.max(note.path(LEFT).asLong(), note.path(ENDED).asLong()) >= incarnation;
    }

    private static byte[] note(String how, long incarnation) {
        return JSON.createObjectNode().put(how, incarnation).toString().getBytes(StandardCharsets.UTF_8);
    }

    private static JsonNode read(CuratorFramework client, String service, String name) throws Exception {
        try {
            byte[] data = client.getData().forPath(ZooKeeperPaths.name(service, name));
            return data.length == 0 ? MissingNode.getInstance() : JSON.readTree(data);
        } catch (KeeperException.NoNodeException | IOException e) {
            return MissingNode.getInstance();
        }
    }
}
