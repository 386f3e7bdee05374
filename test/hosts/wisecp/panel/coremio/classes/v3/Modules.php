<?php

declare(strict_types=1);

/** Before WISECP 5 a module is loaded, then made with `new`. */
final class Modules
{
    use ModuleRegistry;
}
