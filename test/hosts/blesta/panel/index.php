<?php

/** The front controller of the simulated Blesta: API, plugin pages and the login page. */

declare(strict_types=1);

require_once __DIR__ . '/lib/bootstrap.php';

blestaDispatch((string) parse_url('http://host' . $_SERVER['REQUEST_URI'], PHP_URL_PATH));
