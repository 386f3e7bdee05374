<?php

declare(strict_types=1);

namespace DomainNameApi;

trait SharedApiConfigAndUtilsTrait
{
    public static $VERSION = '3.0.9';
}
