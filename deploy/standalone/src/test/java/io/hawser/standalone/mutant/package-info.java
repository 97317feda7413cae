/** Rules of the design taken out, one at a time, to see that chaos finds each missing (decision 0301). */
@NullMarked
package io.hawser.standalone.mutant;

import org.jspecify.annotations.NullMarked;
