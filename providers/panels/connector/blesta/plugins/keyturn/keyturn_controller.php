<?php

declare(strict_types=1);

/** The parent that Blesta expects a plugin's controllers to have. */
class KeyturnController extends AppController
{
}
