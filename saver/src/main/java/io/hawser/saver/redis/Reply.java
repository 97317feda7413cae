package io.hawser.saver.redis;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A script's answer: the outcome, then values by position. */
public record Reply(List<Object> values) {
    /** {@link Script#OK} or another of its outcomes. */
    public int outcome() {
        return Math.toIntExact(number(0));
    }

    public int size() {
        return values.size();
    }

    public long number(int index) {
        Object value = values.get(index);
        return value instanceof Long number ? number : Long.parseLong(text(index));
    }

    public String text(int index) {
        return new String((byte[]) values.get(index), StandardCharsets.UTF_8);
    }

    /** The value itself, not a copy: nobody else holds it. */
    public ByteString bytes(int index) {
        return UnsafeByteOperations.unsafeWrap((byte[]) values.get(index));
    }
}
