package io.hawser.saver.memory;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.nio.charset.StandardCharsets;

/** A script's arguments, by the positions that its head comment gives them: the first is 1. */
final class Arguments {
    private final byte[][] values;

    /** @param values nobody's else any more */
    Arguments(byte[][] values) {
        this.values = values;
    }

    int count() {
        return values.length;
    }

    String text(int position) {
        return new String(raw(position), StandardCharsets.UTF_8);
    }

    long number(int position) {
        return Long.parseLong(text(position));
    }

    boolean is(int position) {
        return number(position) == 1;
    }

    ByteString bytes(int position) {
        return UnsafeByteOperations.unsafeWrap(raw(position));
    }

    /** The value itself, not a copy. */
    byte[] raw(int position) {
        return values[position - 1];
    }
}
