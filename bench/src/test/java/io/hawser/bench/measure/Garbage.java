package io.hawser.bench.measure;

import java.io.IOException;

/** Makes some hundred megabytes of garbage for each line of its input, and ends with it. */
final class Garbage {
    private static final int ARRAYS = 8_000;
    private static final int BYTES = 64 * 1024;

    private Garbage() {}

    public static void main(String[] args) throws IOException {
        byte[][] kept = new byte[64][];
        for (int character = System.in.read(); character >= 0; character = System.in.read()) {
            for (int i = 0; character == '\n' && i < ARRAYS; i++) {
                kept[i % kept.length] = new byte[BYTES];
            }
        }
    }
}
