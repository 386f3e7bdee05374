<?php

declare(strict_types=1);

/** WISECP rewrites every address that is not a file to its one script; "/index.php/api/..." works as well. */
return static fn (string $path): ?string => preg_match('#^/(api|admin)(/|$)#', $path) === 1 ? 'index.php' : null;
