package io.hawser.keeper.revision;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/**
 * What stands in a scope's node: a pointer, or a text that somebody wrote there by hand, which counts as revision 1 until
 * the first revision is applied over it.
 *
 * @param nodeVersion counts the writes to the node; {@link #ABSENT}: there is none
 * @param byHand the text that stands where a pointer should; null: a pointer does
 */
public record ScopeState(
        Pointer pointer, int nodeVersion, @Nullable Revision byHand) {
    public static final int ABSENT = -1;
    private static final int FIRST = 1;

    public static ScopeState absent() {
        return new ScopeState(Pointer.nothing(), ABSENT, null);
    }

    /**
     * Reads a node.
     *
     * @throws IOException when it is a pointer that cannot be read
     */
    public static ScopeState read(byte[] data, Stat stat) throws IOException {
        String text = new String(data, StandardCharsets.UTF_8);
        if (text.isBlank()) {
            return new ScopeState(Pointer.nothing(), stat.getVersion(), null);
        }
        if (Pointer.isPointer(text)) {
            return new ScopeState(Pointer.parse(text), stat.getVersion(), null);
        }
        Instant at = Instant.ofEpochMilli(stat.getMtime());
        Revision written = new Revision(FIRST, "unknown", at, "written by hand", Revision.NOTHING, text);
        return new ScopeState(new Pointer(FIRST, FIRST, null, "", ""), stat.getVersion(), written);
    }
}
