<?php

declare(strict_types=1);

/** What a model or module found wrong, by field and rule. */
final class Input
{
    /** @var array<string, array<string, string>>|false */
    private $errors = false;

    /** @param array<string, array<string, string>> $errors */
    public function setErrors(array $errors): void
    {
        $this->errors = $errors === [] ? false : $errors;
    }

    /** @return array<string, array<string, string>>|false */
    public function errors()
    {
        return $this->errors;
    }
}
