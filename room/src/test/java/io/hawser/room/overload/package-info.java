/** Tests of overload. */
@org.jspecify.annotations.NullMarked
package io.hawser.room.overload;
