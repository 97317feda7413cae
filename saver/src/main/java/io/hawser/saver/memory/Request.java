package io.hawser.saver.memory;

import com.google.protobuf.ByteString;
import java.util.List;

/**
 * What a repeat of a request is answered.
 *
 * @param chain name and previous seq by mailbox, as answers give them
 * @param untilMs it is forgotten then
 */
record Request(ByteString bodyHash, long seq, long acceptedMs, List<Object> chain, long untilMs) {}
